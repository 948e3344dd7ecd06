package io.agentctl.site;

import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.CommonNames;
import io.agentctl.pki.TestCa;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;

/**
 * The simulated site as a program, for the demo: {@code serve DIR --site NAME}, {@code pull DIR HOST PORT UUID} and
 * {@code pull-as-stranger DIR HOST PORT UUID}. DIR holds the site's certificates, its key and the agent receiver's port.
 */
public final class DemoSite {
    private static final String USAGE = """
            usage: serve DIR --site NAME
                   pull DIR HOST PORT UUID
                   pull-as-stranger DIR HOST PORT UUID
            """;
    private static final int SECTIONS_SHOWN = 3;
    private static final int LINES_SHOWN = 4;

    private final Path dir;
    private final Clock clock = Clock.systemUTC();
    private final PrintStream out;

    private DemoSite(Path dir, PrintStream out) {
        this.dir = dir;
        this.out = out;
    }

    /**
     * Does what the verb says.
     *
     * @param args verb and arguments
     * @throws IOException if a file or a port cannot be used
     */
    public static void main(String[] args) throws IOException {
        System.exit(run(args));
    }

    private static int run(String... args) throws IOException {
        if (args.length == 4 && args[0].equals("serve") && args[2].equals("--site")) {
            return new DemoSite(Path.of(args[1]), System.out).serve(args[3], System.in);
        }
        if (args.length == 5 && args[0].startsWith("pull")) {
            DemoSite demo = new DemoSite(Path.of(args[1]), System.out);
            InetSocketAddress controller = new InetSocketAddress(args[2], Integer.parseInt(args[3]));
            Fetcher fetcher = SimulatedSite.fetcherFrom(demo.dir, UUID.fromString(args[4]), demo.clock);
            switch (args[0]) {
                case "pull" -> {
                    return demo.pull(fetcher, controller);
                }
                case "pull-as-stranger" -> {
                    return demo.pullAsStranger(fetcher, controller);
                }
                default -> System.err.print(USAGE);
            }
            return 2;
        }
        System.err.print(USAGE);
        return 2;
    }

    private int serve(String name, InputStream in) throws IOException {
        String password = System.getenv("DEMO_PASSWORD");
        if (password == null || password.isEmpty()) {
            System.err.println("DEMO_PASSWORD is not set: it becomes the password of the site's user 'automation'");
            return 2;
        }
        Files.createDirectories(dir);
        try (SimulatedSite site = new SimulatedSite(name, clock)) {
            site.roster().user("automation", password).anyHost(ConnectionMode.PULL);
            site.writeTo(dir);
            Files.writeString(dir.resolve("receiver-port"), site.receiverPort() + "\n");
            out.println("site " + name + ": agent receiver at localhost:" + site.receiverPort());
            out.flush();
            in.transferTo(PrintStream.nullOutputStream());
        }
        return 0;
    }

    private int pull(Fetcher fetcher, InetSocketAddress controller) throws IOException {
        Pull pull = fetcher.pull(controller);
        line("announcement", "'" + pull.announcement() + "'");
        pull.tls().ifPresent(this::describe);
        if (!pull.isComplete()) {
            line("failed", pull.end() + ": " + pull.detail());
            return 1;
        }
        line("header", hex(pull.header()) + "  (version 1, " + (pull.header().charAt(2) == 1 ? "zlib" : "plain") + ")");
        line(
                "on the wire",
                String.format(
                        Locale.ROOT,
                        "%,d bytes for %,d bytes of agent output, %.1f %%",
                        pull.wireBytes(),
                        pull.payload().length(),
                        100.0 * pull.wireBytes() / Math.max(1, pull.payload().length())));
        line("first byte", pull.timeToFirstByte().map(DemoSite::millis).orElse("none"));
        line("total", millis(pull.total()));
        out.println();
        showSections(pull.payload());
        return 0;
    }

    private int pullAsStranger(Fetcher fetcher, InetSocketAddress controller) throws IOException {
        String name = CommonNames.of(
                        fetcher.identity().orElseThrow().certificate().getSubjectX500Principal())
                .get(0);
        Pull pull = fetcher.as(TestCa.ofSite(name, clock).site(name)).pull(controller);
        line("shown", "a certificate for '" + name + "', signed by a CA that only has the site's CA's name");
        line("announcement", "'" + pull.announcement() + "'");
        if (!pull.header().isEmpty()) {
            line("SERVED", pull.payload().length() + " bytes of agent output");
            return 1;
        }
        line("refused", pull.end() + ": " + pull.detail());
        return 0;
    }

    private void describe(Pull.Tls tls) {
        line("TLS", tls.protocol() + ", " + tls.cipherSuite());
        line("we saw", describe(tls.agent()));
        line("they saw", tls.site().map(DemoSite::describe).orElse("no certificate"));
    }

    private static String describe(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName() + ", " + keyType(certificate) + "\n"
                + " ".repeat(16) + "issued by "
                + certificate.getIssuerX500Principal().getName() + "\n"
                + " ".repeat(16) + "valid " + certificate.getNotBefore().toInstant() + " to "
                + certificate.getNotAfter().toInstant();
    }

    private static String keyType(X509Certificate certificate) {
        if (certificate.getPublicKey() instanceof ECPublicKey ec) {
            return "EC " + ec.getParams().getOrder().bitLength() + " bits";
        }
        if (certificate.getPublicKey() instanceof RSAPublicKey rsa) {
            return "RSA " + rsa.getModulus().bitLength() + " bits";
        }
        return certificate.getPublicKey().getAlgorithm();
    }

    private void showSections(String output) {
        String text = new String(output.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        int sections = 0;
        int lines = 0;
        for (String line : text.lines().toList()) {
            boolean header = line.startsWith("<<<");
            sections += header ? 1 : 0;
            lines = header ? 0 : lines + 1;
            if (sections > SECTIONS_SHOWN) {
                break;
            }
            if (lines < LINES_SHOWN) {
                out.println("    " + line);
            }
        }
        long all = text.lines().filter(line -> line.startsWith("<<<")).count();
        if (all > SECTIONS_SHOWN) {
            out.println("    (and " + (all - SECTIONS_SHOWN) + " more sections)");
        }
    }

    private void line(String label, String value) {
        out.printf("%-14s  %s%n", label, value);
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
    }

    private static String hex(String bytes) {
        StringBuilder hex = new StringBuilder();
        bytes.chars().forEach(b -> hex.append(String.format("%02x ", b)));
        return hex.toString().strip();
    }
}
