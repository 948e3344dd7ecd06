package io.agentctl.receiver;

import io.agentctl.connection.ConnectionMode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** The calls of a site's agent receiver (protocol.md, section 3). Each may block for as long as the implementation's time-outs allow. */
public interface AgentReceiver {

    /**
     * Asks for a certificate for a host that the site knows already.
     *
     * @param credentials who vouches for the host
     * @param request what is asked for
     * @return the site's answer, unchecked beyond its form
     * @throws ReceiverException if the site cannot be reached, refuses, or answers something else
     */
    RegisteredHost registerExisting(Credentials credentials, HostRequest request) throws ReceiverException;

    /**
     * Asks for a certificate for a host that the site shall make up its mind about. Sites that cannot answer with status 501.
     *
     * @param credentials who vouches for the host
     * @param request what is asked for
     * @return the root certificates to pin, PEM; by them the site is to be recognised when it is asked for progress
     * @throws ReceiverException if the site cannot be reached, refuses, or answers something else
     */
    String registerNew(Credentials credentials, NewHostRequest request) throws ReceiverException;

    /**
     * Asks how far the site is with a new host.
     *
     * @param credentials those of the request
     * @param uuid the new connection's UUID
     * @return how far it is
     * @throws ReceiverException if the site cannot be reached, refuses, or answers something else
     */
    RegistrationProgress registrationProgress(Credentials credentials, UUID uuid) throws ReceiverException;

    /**
     * Asks for a new certificate for a connection; needs the connection's present identity.
     *
     * @param uuid the connection's UUID
     * @param csr a certificate request for it with the new key, PEM
     * @return the new certificate, PEM, unchecked
     * @throws ReceiverException if the site cannot be reached, refuses (403: the host is not registered any more), or answers something
     *     else
     */
    String renewCertificate(UUID uuid, String csr) throws ReceiverException;

    /**
     * Pushes agent output; needs the connection's identity.
     *
     * @param uuid the connection's UUID
     * @param data the output as a zlib stream (RFC 1950)
     * @throws ReceiverException if the site cannot be reached or refuses (403: not registered, or not as a host that pushes)
     */
    void sendAgentData(UUID uuid, Upload data) throws ReceiverException;

    /**
     * Asks whether a connection is registered; needs the connection's identity.
     *
     * @param uuid the connection's UUID
     * @return what the site knows of it
     * @throws ReceiverException if the site cannot be reached, refuses, or answers something else
     */
    RegistrationStatus registrationStatus(UUID uuid) throws ReceiverException;

    /**
     * A host to be registered.
     *
     * @param uuid the new connection's UUID
     * @param csr a certificate request for it, PEM
     * @param hostName the host's name in the site's configuration
     */
    record HostRequest(UUID uuid, String csr, String hostName) {}

    /**
     * A host that the site does not know yet.
     *
     * @param uuid the new connection's UUID
     * @param csr a certificate request for it, PEM
     * @param labels what the site may decide by
     */
    record NewHostRequest(UUID uuid, String csr, Map<String, String> labels) {
        /** Copies the labels. */
        public NewHostRequest {
            labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        }
    }

    /** Bytes to send, which can be written more than once. */
    interface Upload {
        /** Returns the count of bytes. */
        long size();

        /**
         * Writes the bytes.
         *
         * @param out where to; left open
         * @throws IOException if they cannot be read or written
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * The answer to a registration.
     *
     * @param rootCert the root certificates to pin, PEM
     * @param agentCert the new certificate, PEM
     * @param mode who shall open the TCP connection
     */
    record RegisteredHost(String rootCert, String agentCert, ConnectionMode mode) {}
}
