package io.agentctl.site;

import io.agentctl.pki.TestCa.Issued;
import io.agentctl.pki.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * A site's client that pulls, or somebody who would like to be one. Immutable; each method but {@link #pull} and {@link #open}
 * returns a fetcher that differs in one respect.
 *
 * @param identity who it is; empty for a client without a certificate
 * @param agentCas the CAs that it trusts
 * @param dnsName the name that it demands to find in the controller's certificate
 * @param serverName the name that it asks for; empty for none
 * @param protocols the versions of TLS that it speaks
 * @param clock tells when certificates must be valid
 * @param patience how long it waits for more bytes
 * @param source the address that it connects from; empty for the operating system's choice
 */
public record Fetcher(
        Optional<Issued> identity,
        List<X509Certificate> agentCas,
        String dnsName,
        Optional<String> serverName,
        List<String> protocols,
        Clock clock,
        Duration patience,
        Optional<InetAddress> source) {

    /** Copies the lists. */
    public Fetcher {
        agentCas = List.copyOf(agentCas);
        protocols = List.copyOf(protocols);
    }

    /**
     * Makes a fetcher as sites have it.
     *
     * @param site the site's key and certificate
     * @param agentCas the site's agent CA
     * @param uuid the host to fetch from
     * @param clock tells when certificates must be valid
     * @return the fetcher
     */
    public static Fetcher of(Issued site, List<X509Certificate> agentCas, UUID uuid, Clock clock) {
        return new Fetcher(
                Optional.of(site),
                agentCas,
                uuid.toString(),
                Optional.of(uuid.toString()),
                List.of("TLSv1.3", "TLSv1.2"),
                clock,
                Duration.ofSeconds(60),
                Optional.empty());
    }

    /** Shows another certificate. */
    public Fetcher as(Issued other) {
        return new Fetcher(Optional.of(other), agentCas, dnsName, serverName, protocols, clock, patience, source);
    }

    /** Shows no certificate. */
    public Fetcher anonymous() {
        return new Fetcher(Optional.empty(), agentCas, dnsName, serverName, protocols, clock, patience, source);
    }

    /** Speaks these versions of TLS only, such as {@code TLSv1.2}. */
    public Fetcher speaking(String... versions) {
        return new Fetcher(identity, agentCas, dnsName, serverName, List.of(versions), clock, patience, source);
    }

    /** Asks for another name, and expects to find it. */
    public Fetcher askingFor(String name) {
        return new Fetcher(identity, agentCas, name, Optional.of(name), protocols, clock, patience, source);
    }

    /** Asks for no name. */
    public Fetcher withoutServerName() {
        return new Fetcher(identity, agentCas, dnsName, Optional.empty(), protocols, clock, patience, source);
    }

    /** Trusts other CAs. */
    public Fetcher trusting(X509Certificate... cas) {
        return new Fetcher(identity, List.of(cas), dnsName, serverName, protocols, clock, patience, source);
    }

    /** Waits this long for more bytes. */
    public Fetcher patientFor(Duration longest) {
        return new Fetcher(identity, agentCas, dnsName, serverName, protocols, clock, longest, source);
    }

    /** Connects from this address. */
    public Fetcher from(InetAddress address) {
        return new Fetcher(identity, agentCas, dnsName, serverName, protocols, clock, patience, Optional.of(address));
    }

    /**
     * Pulls.
     *
     * @param controller the controller's address
     * @return what was seen, also when that was a failure
     * @throws IOException if the connection is refused
     */
    public Pull pull(InetSocketAddress controller) throws IOException {
        try (Fetching fetching = open(controller)) {
            return fetching.finish();
        }
    }

    /**
     * Connects, and no more yet.
     *
     * @param controller the controller's address
     * @return the pull, to be followed step by step
     * @throws IOException if the connection is refused
     */
    public Fetching open(InetSocketAddress controller) throws IOException {
        long begin = System.nanoTime();
        Socket socket = new Socket();
        try {
            socket.setSoTimeout((int) patience.toMillis());
            if (source.isPresent()) {
                socket.bind(new InetSocketAddress(source.get(), 0));
            }
            socket.connect(controller, (int) patience.toMillis());
            return new Fetching(socket, engine(), begin);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Returns a TLS client that has not begun. */
    public SSLEngine engine() {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(
                    identity.map(who -> new KeyManager[] {new TlsIdentity(who.identity())})
                            .orElse(null),
                    new TrustManager[] {new AgentTrust(agentCas, Optional.of(dnsName), clock)},
                    null);
            SSLEngine engine = tls.createSSLEngine();
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setProtocols(protocols.toArray(String[]::new));
            serverName.ifPresent(name -> parameters.setServerNames(List.of(new SNIHostName(name))));
            engine.setSSLParameters(parameters);
            return engine;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }
}
