package io.agentctl.pull;

import io.agentctl.activity.Activity;
import io.agentctl.agent.AgentSource;
import io.agentctl.audit.AuditLog;
import io.agentctl.connection.Connection;
import io.agentctl.connection.PullPolicy;
import io.agentctl.connection.Registry;
import io.agentctl.connection.TrustRules;
import io.agentctl.pull.PullSettings.AllowList;
import io.agentctl.pull.PullSettings.Door;
import io.agentctl.pull.PullSettings.Limits;
import io.agentctl.site.Fetcher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** A host with a pull server under test, on a port of its own, with an address to connect from and the log about that address. */
final class PullHost implements AutoCloseable {
    /** Far from the real time, which must not matter. */
    static final Clock CLOCK = Clock.fixed(Instant.parse("2031-05-06T07:08:09Z"), ZoneOffset.UTC);

    /** As many as the daemon grants unless told otherwise. */
    static final int CONNECTIONS_PER_ADDRESS = 3;

    /** The daemon's, unless told otherwise. */
    static final int COMPRESSION = 1;

    static final PullSettings SETTINGS =
            new PullSettings(doorAt(0, AllowList.ANYONE), Duration.ofSeconds(60), COMPRESSION, false);

    private final PullServer server;
    private final InetAddress puller = Loopback.another();
    private final PullLog log = new PullLog(puller.getHostAddress());

    /** For what happens before and without TLS. */
    PullHost(AgentSource agent) {
        this(agent, SETTINGS);
    }

    /** For what happens before and without TLS. */
    PullHost(AgentSource agent, PullSettings settings) {
        this(TlsStack.JDK, agent, settings);
    }

    PullHost(TlsStack tls, AgentSource agent) {
        this(tls, agent, SETTINGS);
    }

    PullHost(TlsStack tls, AgentSource agent, PullSettings settings) {
        this(tls, agent, settings, CLOCK);
    }

    PullHost(TlsStack tls, AgentSource agent, PullSettings settings, Clock clock) {
        this(tls, agent, settings, TrustRules.at(clock));
    }

    PullHost(TlsStack tls, AgentSource agent, PullSettings settings, TrustRules rules) {
        tls.obstacle().ifPresent(obstacle -> Assumptions.abort(tls.label() + " cannot be used here: " + obstacle));
        this.server = new PullServer(new Terms(settings, tls, agent, AuditLog.NONE, Activity.unasked(), rules));
    }

    /** On all addresses, with the daemon's limits unless told otherwise, but for the failures, which some tests provoke in dozens. */
    static Door doorAt(int port, AllowList allowList) {
        return new Door(
                port, List.of(), allowList, new Limits(CONNECTIONS_PER_ADDRESS, 128, 16, 0), false, Optional.empty());
    }

    static PullSettings behind(Door door) {
        return new PullSettings(door, SETTINGS.timeout(), COMPRESSION, false);
    }

    static PullSettings compressing(int level) {
        return new PullSettings(SETTINGS.door(), SETTINGS.timeout(), level, false);
    }

    static PullSettings warmingUp() {
        return new PullSettings(SETTINGS.door(), SETTINGS.timeout(), COMPRESSION, true);
    }

    static PullSettings waiting(Duration timeout) {
        return new PullSettings(SETTINGS.door(), timeout, COMPRESSION, false);
    }

    static Registry registry(Connection... connections) {
        return new Registry(List.of(connections), Map.of());
    }

    PullHost serving(Connection... connections) throws ListenException {
        server.apply(new PullPolicy(registry(connections), false));
        return this;
    }

    PullHost servingLegacy() throws ListenException {
        server.apply(new PullPolicy(Registry.EMPTY, true));
        return this;
    }

    PullServer server() {
        return server;
    }

    /** Tells whether nobody listens: the operating system may take a moment longer than the server to close a port. */
    static boolean isClosed(InetSocketAddress address) {
        try (Socket puller = new Socket()) {
            puller.connect(address);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Where to pull from. */
    InetSocketAddress address() {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.port().orElseThrow());
    }

    /** The address that pullers shall have. */
    InetAddress puller() {
        return puller;
    }

    /** Lets a fetcher connect from the address that the log is about. */
    Fetcher here(Fetcher fetcher) {
        return fetcher.from(puller);
    }

    /** Connects without saying anything. */
    Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(puller, 0));
        socket.setSoTimeout(60_000);
        socket.connect(address());
        return socket;
    }

    PullLog log() {
        return log;
    }

    @Override
    public void close() {
        try {
            server.stop(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            log.close();
        }
    }
}
