package io.agentctl.site;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.pki.CommonNames;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.TestCa;
import io.agentctl.pki.TestCa.Issued;
import io.agentctl.pki.TestKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;

/**
 * A site on the loopback address: site CA, agent signing CA, site certificate, agent receiver, port discovery with and without TLS.
 * Its {@link #roster()} says whom it knows; {@link #fault}, {@link #serverIdentity}, {@link #rootCert} and {@link #signing} break it.
 */
public final class SimulatedSite implements AutoCloseable {
    private static final String DISCOVERY_PATH =
            "/check_mk/api/1.0/domain-types/internal/actions/discover-receiver/invoke";

    private final String name;
    private final Clock clock;
    private final TestCa ca;
    private final TestCa agentCa;
    private final Issued certificate;
    private final ServerIdentity serverIdentity;
    private final Roster roster = new Roster();
    private final ReceiverApi api;
    private final Map<Endpoint, Fault> faults = new ConcurrentHashMap<>();
    private final List<ReceivedRequest> requests = new CopyOnWriteArrayList<>();
    private final List<HttpServer> servers;
    private final List<SSLContext> contexts;

    private final ExecutorService executor = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "site");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Makes a site and starts its servers.
     *
     * @param name the site's name
     * @param clock tells the time around which its certificates are valid and at which it checks others'
     * @throws IOException if a port cannot be opened
     */
    public SimulatedSite(String name, Clock clock) throws IOException {
        this.name = name;
        this.clock = clock;
        this.ca = TestCa.ofSite(name, clock);
        this.agentCa = TestCa.ofAgents(name, clock);
        this.certificate = ca.site(name);
        this.serverIdentity = new ServerIdentity(certificate);
        this.api = new ReceiverApi(roster, agentCa, ca.pem());
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpsServer receiver = HttpsServer.create(anyPort, 0);
        HttpsServer webServer = HttpsServer.create(anyPort, 0);
        HttpServer plainWebServer = HttpServer.create(anyPort, 0);
        this.contexts = List.of(tls(), tls());
        receiver.setHttpsConfigurator(wantsClientCertificates(contexts.get(0)));
        webServer.setHttpsConfigurator(new HttpsConfigurator(contexts.get(1)));
        receiver.createContext("/" + name + "/agent-receiver/", this::receive);
        webServer.createContext("/" + name + DISCOVERY_PATH, this::discover);
        plainWebServer.createContext("/" + name + DISCOVERY_PATH, this::discover);
        this.servers = List.of(receiver, webServer, plainWebServer);
        for (HttpServer server : servers) {
            server.setExecutor(executor);
            server.start();
        }
    }

    /**
     * Lets the agent receiver answer under another site's name as well, as if several sites shared the host's registrations.
     *
     * @param otherName the other site's name
     * @return where it answers then
     */
    public ReceiverAddress alsoAs(String otherName) {
        servers.get(0).createContext("/" + otherName + "/agent-receiver/", this::receive);
        return new ReceiverAddress(new SiteId("localhost", otherName), receiverPort());
    }

    /** Returns the site's name. */
    public String name() {
        return name;
    }

    /** Returns what the site knows. */
    public Roster roster() {
        return roster;
    }

    /** Returns the CA that signed the site's own certificate: the {@code root_cert}. */
    public TestCa ca() {
        return ca;
    }

    /** Returns the CA that signs hosts' certificates. */
    public TestCa agentCa() {
        return agentCa;
    }

    /** Returns the site's key and certificate: its servers' and its fetcher's. */
    public Issued certificate() {
        return certificate;
    }

    /** Returns the port of the agent receiver. */
    public int receiverPort() {
        return servers.get(0).getAddress().getPort();
    }

    /** Returns the port at which the site's web server answers port discovery with TLS. */
    public int webPort() {
        return servers.get(1).getAddress().getPort();
    }

    /** Returns the port at which the site's web server answers port discovery without TLS. */
    public int plainWebPort() {
        return servers.get(2).getAddress().getPort();
    }

    /** Returns where the agent receiver answers, as {@code localhost:<port>/<name>}. */
    public ReceiverAddress address() {
        return new ReceiverAddress(new SiteId("localhost", name), receiverPort());
    }

    /** Returns what was asked so far, first to last, all endpoints. */
    public List<ReceivedRequest> requests() {
        return List.copyOf(requests);
    }

    /** Returns what was asked so far of one endpoint, first to last. */
    public List<ReceivedRequest> requests(Endpoint endpoint) {
        return requests.stream()
                .filter(request -> request.endpoint() == endpoint)
                .toList();
    }

    /** Breaks an endpoint; {@link Fault#NONE} repairs it. */
    public SimulatedSite fault(Endpoint endpoint, Fault fault) {
        faults.put(endpoint, fault);
        return this;
    }

    /** Lets the servers show another certificate, in handshakes from now on. */
    public SimulatedSite serverIdentity(Issued next) {
        serverIdentity.exchange(next);
        // Or clients that were here before would resume their sessions, and never see it.
        contexts.forEach(SimulatedSite::forgetSessions);
        return this;
    }

    /** Lets the agent receiver hand out another text as {@code root_cert}. */
    public SimulatedSite rootCert(String pem) {
        api.rootCert(pem);
        return this;
    }

    /** Lets the agent receiver sign hosts' requests in another way. */
    public SimulatedSite signing(Signing signing) {
        api.signing(signing);
        return this;
    }

    /**
     * Makes a host that is registered, without the agent receiver.
     *
     * @param hostName its name at the site
     * @param mode who opens the connection
     * @return what the host's registry holds afterwards
     */
    public Connection enroll(String hostName, ConnectionMode mode) {
        return enroll(hostName, mode, UUID.randomUUID(), TestKeys.ec());
    }

    /**
     * Makes a host that is registered, without the agent receiver; or gives one a new certificate.
     *
     * @param hostName its name at the site
     * @param mode who opens the connection
     * @param uuid its UUID
     * @param key its key
     * @return what the host's registry holds afterwards
     */
    public Connection enroll(String hostName, ConnectionMode mode, UUID uuid, KeyPair key) {
        Issued agent = agentCa.issue(uuid.toString()).key(key).mint();
        roster.register(uuid, hostName, mode);
        return Connection.registered(mode, address(), uuid, agent.privateKeyPem(), agent.certificatePem(), ca.pem());
    }

    /**
     * Returns the site's fetcher.
     *
     * @param uuid the host to fetch from
     * @return a fetcher with the site's certificate
     */
    public Fetcher fetcher(UUID uuid) {
        return Fetcher.of(certificate, List.of(agentCa.certificate()), uuid, clock);
    }

    /**
     * Writes what independent peers need: {@code site-ca.pem}, {@code agent-ca.pem}, {@code site-cert.pem}, {@code site-key.pem}.
     *
     * @param dir an existing directory
     * @throws IOException if a file cannot be written
     */
    public void writeTo(Path dir) throws IOException {
        Files.writeString(dir.resolve("site-ca.pem"), ca.pem());
        Files.writeString(dir.resolve("agent-ca.pem"), agentCa.pem());
        Files.writeString(dir.resolve("site-cert.pem"), certificate.chainPem());
        Path key = dir.resolve("site-key.pem");
        Files.deleteIfExists(key);
        if (dir.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(key, certificate.privateKeyPem());
    }

    /** Reads back what {@link #writeTo} wrote, as a fetcher for a host. */
    static Fetcher fetcherFrom(Path dir, UUID uuid, Clock clock) throws IOException {
        try {
            Issued site = new Issued(
                    Pem.privateKey(Files.readString(dir.resolve("site-key.pem"))),
                    Pem.certificates(Files.readString(dir.resolve("site-cert.pem"))));
            return Fetcher.of(site, Pem.certificates(Files.readString(dir.resolve("agent-ca.pem"))), uuid, clock);
        } catch (PkiException e) {
            throw new IOException("the site's files in " + dir + " cannot be used: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        executor.shutdownNow();
    }

    private SSLContext tls() {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(
                    new KeyManager[] {serverIdentity},
                    new TrustManager[] {new AgentTrust(List.of(agentCa.certificate()), Optional.empty(), clock)},
                    null);
            return tls;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    private static void forgetSessions(SSLContext tls) {
        SSLSessionContext sessions = tls.getServerSessionContext();
        for (byte[] id : Collections.list(sessions.getIds())) {
            Optional.ofNullable(sessions.getSession(id)).ifPresent(SSLSession::invalidate);
        }
    }

    private static HttpsConfigurator wantsClientCertificates(SSLContext tls) {
        return new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
                wanted.setWantClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        };
    }

    private void receive(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI()
                .getPath()
                .substring(exchange.getHttpContext().getPath().length());
        String[] parts = path.split("/", -1);
        Optional<Endpoint> endpoint = Endpoint.of(parts[0]);
        if (endpoint.isEmpty() || parts.length != (endpoint.get().isOfOneHost() ? 2 : 1)) {
            Answer.detail(404, "Not Found").sendOn(exchange);
            return;
        }
        ReceivedRequest request = record(endpoint.get(), exchange);
        serve(
                endpoint.get(),
                exchange,
                proper -> answer(request, parts[parts.length - 1]).sendOn(proper));
    }

    private Answer answer(ReceivedRequest request, String hostInUrl) {
        if (!request.method().equals(request.endpoint().method())) {
            return Answer.detail(405, "Method Not Allowed");
        }
        try {
            return api.answer(request, hostInUrl);
        } catch (Refusal e) {
            return e.answer();
        }
    }

    private void discover(HttpExchange exchange) throws IOException {
        record(Endpoint.DISCOVERY, exchange);
        serve(
                Endpoint.DISCOVERY,
                exchange,
                proper -> new Answer(200, "text/plain", String.valueOf(receiverPort())).sendOn(proper));
    }

    private void serve(Endpoint endpoint, HttpExchange exchange, HttpHandler proper) throws IOException {
        try (exchange) {
            faults.getOrDefault(endpoint, Fault.NONE).apply(exchange, proper);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ReceivedRequest record(Endpoint endpoint, HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
        ReceivedRequest request = new ReceivedRequest(
                endpoint,
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                exchange.getRequestHeaders(),
                body,
                exchange instanceof HttpsExchange https ? peer(https) : Optional.empty());
        requests.add(request);
        return request;
    }

    private static Optional<String> peer(HttpsExchange exchange) {
        try {
            X509Certificate certificate =
                    (X509Certificate) exchange.getSSLSession().getPeerCertificates()[0];
            List<String> commonNames = CommonNames.of(certificate.getSubjectX500Principal());
            return commonNames.size() == 1 ? Optional.of(commonNames.get(0)) : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }
}
