package io.agentctl;

import io.agentctl.cli.ProcessTerminal;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.RegistryException;
import io.agentctl.connection.SiteId;
import io.agentctl.pki.ImaginarySite;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * The other parts in a rehearsal of the daemon and of the agent's call of {@code status}, from which
 * {@code agent-ctl-class-archive} learns which classes these take: it registers them at a site that is none, plays their agent, says on
 * stdout when all is ready for them, pulls, and ends. It uses what they do not, so it is a process of its own.
 */
public final class Rehearsal {
    /** What fetchers speak; sites on old distributions the older one. */
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.3", "TLSv1.2");

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String LINE = "some agent's output, of which there is enough to fill several buffers\n";
    private static final int LINES = 2000;

    private final Path home;
    private final ImaginarySite site;

    private Rehearsal(Path home, Clock clock) throws PkiException {
        this.home = home;
        this.site = ImaginarySite.at(clock.instant());
    }

    /**
     * Rehearses.
     *
     * @param arguments an empty directory, which becomes the home of the others
     * @throws Exception if the rehearsal failed
     */
    public static void main(String[] arguments) throws Exception {
        new Rehearsal(Path.of(arguments[0]), Clock.systemUTC()).play(new ProcessTerminal().out());
    }

    private void play(PrintStream out) throws Exception {
        register();
        Path socket = Files.createDirectory(home.resolve("run")).resolve("check-mk-agent.socket");
        try (ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            agent.bind(UnixDomainSocketAddress.of(socket));
            Thread answers = new Thread(() -> answer(agent), "agent");
            answers.setDaemon(true);
            answers.start();
            int port = freePort();
            configure(port);
            out.println("ready");
            Duration patience = PATIENCE;
            for (String protocol : PROTOCOLS) {
                new RehearsedPull(port, site, protocol).within(patience);
                patience = Duration.ZERO;
            }
        }
    }

    private void register() throws RegistryException, PkiException {
        Connection connection = Connection.registered(
                ConnectionMode.PULL,
                new ReceiverAddress(new SiteId("localhost", "rehearsal"), 1),
                site.uuid(),
                Pem.of(site.agent().privateKey()),
                Pem.of(site.agent().certificate()),
                Pem.of(site.root()));
        new ConnectionRegistry(home).update(registry -> registry.with(connection));
    }

    /** Most hosts have a file of settings, and to read it takes classes, too. */
    private void configure(int port) throws IOException {
        Files.writeString(
                home.resolve("cmk-agent-ctl.toml"),
                "# A rehearsal.\npull_port = " + port
                        + "\nallowed_ip = [\"127.0.0.0/8\", \"::1\"]\nagent_timeout = 300\nwarm_up = true\n");
    }

    /** Anything will do, as long as it fills some buffers. */
    private static void answer(ServerSocketChannel agent) {
        try {
            while (true) {
                try (SocketChannel connection = agent.accept()) {
                    connection.read(ByteBuffer.allocate(LINE.length()));
                    ByteBuffer output = StandardCharsets.UTF_8.encode(LINE.repeat(LINES));
                    while (output.hasRemaining()) {
                        connection.write(output);
                    }
                }
            }
        } catch (IOException e) {
            // The rehearsal is over, or a pull is about to fail and says so.
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
