package io.agentctl.site;

import io.agentctl.pki.TestCa;
import io.agentctl.pki.TestKeys;
import java.security.KeyPair;
import java.time.Instant;
import java.util.UUID;

/** How a site makes a host's certificate, well or badly. */
@FunctionalInterface
public interface Signing {
    /** As sites do it. */
    Signing PROPER = TestCa::agentMinting;

    /** For another host than the one that asked. */
    Signing WRONG_COMMON_NAME = (ca, request) ->
            ca.agentMinting(request).commonNames(UUID.randomUUID().toString());

    /** For another key than the request's. */
    Signing WRONG_KEY = (ca, request) ->
            ca.agentMinting(request).key(new KeyPair(TestKeys.ec().getPublic(), null));

    /** Expired when it is made. */
    Signing EXPIRED = (ca, request) -> ca.agentMinting(request).expired();

    /** A CA's certificate instead of a host's. */
    Signing AUTHORITY = (ca, request) -> ca.agentMinting(request).authority();

    /**
     * With a chosen period of validity.
     *
     * @param start when it starts
     * @param end when it ends
     * @return the signing
     */
    static Signing valid(Instant start, Instant end) {
        return (ca, request) -> ca.agentMinting(request).valid(start, end);
    }

    /**
     * Starts the certificate.
     *
     * @param agentCa the site's agent signing CA
     * @param request what the host asks for, already checked
     * @return the certificate to mint
     */
    TestCa.Minting sign(TestCa agentCa, TestCa.AgentRequest request);
}
