package io.agentctl.doctor;

import io.agentctl.connection.PullPolicy;
import io.agentctl.net.PortOwner;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Who answers at the pull port, as a puller on this host sees it.
 *
 * @param address where to connect to
 * @param port the pull port, 1 to 65535
 * @param mode what the registry wants to be there
 * @param proc where the process file system is mounted
 * @param units finds the systemd socket unit of a port, if there is one
 */
record PortExamination(
        InetAddress address, int port, PullPolicy.Mode mode, Path proc, IntFunction<Optional<String>> units)
        implements Examination {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String TLS = "16";

    @Override
    public String subject() {
        return "Port " + port;
    }

    @Override
    public List<Finding> look() {
        Optional<String> owner = new PortOwner(proc).of(port);
        String who = owner.orElse("somebody");
        try {
            String greeting = greeting();
            if (greeting.equals(TLS)) {
                return List.of(
                        mode == PullPolicy.Mode.TLS
                                ? Finding.ok(who + " offers TLS")
                                : Finding.warning(
                                        who
                                                + " offers TLS, though no connection here is pulled: is that another controller?"));
            }
            if (greeting.isEmpty()) {
                return List.of(Finding.warning(who + " listens, and turns " + address.getHostAddress()
                        + " away without a word: is it outside allowed_ip, or are there too many connections?"));
            }
            return List.of(inTheClear(owner));
        } catch (ConnectException e) {
            return List.of(closed());
        } catch (IOException e) {
            return List.of(Finding.failure(who + " listens, but does not answer: " + e.getMessage()));
        }
    }

    private String greeting() throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), Math.toIntExact(PATIENCE.toMillis()));
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            return new String(socket.getInputStream().readNBytes(TLS.length()), StandardCharsets.ISO_8859_1);
        }
    }

    private Finding closed() {
        return switch (mode) {
            case INACTIVE -> Finding.ok("closed, since no connection is pulled");
            case LEGACY, TLS ->
                Finding.failure("nobody listens: the daemon does not run, or listens elsewhere")
                        .mendedBy(
                                "run: systemctl enable --now agent-ctl, or on hosts without systemd: agent-ctl daemon");
        };
    }

    /** What the first bytes do not announce as TLS is an agent's output, or something else that is not for everyone. */
    private Finding inTheClear(Optional<String> owner) {
        Optional<String> unit = owner.isPresent() ? Optional.empty() : units.apply(port);
        String who =
                unit.map(name -> "the systemd unit " + name).or(() -> owner).orElse("somebody");
        if (mode == PullPolicy.Mode.LEGACY) {
            return Finding.warning(who + " hands the agent's output to anyone in the clear, as allow-legacy-pull says")
                    .mendedBy("run: " + Command.of(Command.REGISTER));
        }
        Finding finding =
                Finding.failure(who + " hands the agent's output to anyone in the clear, and keeps the port from us");
        return unit.isPresent()
                ? finding.mendedBy("run: systemctl disable --now " + unit.get() + " && systemctl restart agent-ctl")
                : finding.mendedBy(
                        "stop it (inetd, xinetd or a systemd socket start plain agents), then start agent-ctl again");
    }
}
