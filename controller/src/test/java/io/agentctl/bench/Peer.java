package io.agentctl.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Servers in C that can stand in front of an agent and do the same: TLS 1.3 with a client certificate, verified against the site's CA. */
enum Peer {
    STUNNEL("stunnel4", "stunnel4", "-version") {
        @Override
        String configuration(int port, Path home, Path agent) {
            return """
                    foreground = yes
                    pid =
                    syslog = no
                    debug = warning
                    [pull]
                    accept = 127.0.0.1:%d
                    connect = %s
                    cert = %s
                    CAfile = %s
                    verifyChain = yes
                    requireCert = yes
                    sslVersionMin = TLSv1.3
                    options = NO_TICKET
                    sessionResume = no
                    """.formatted(port, agent, home.resolve("host.pem"), home.resolve("site-ca.pem"));
        }

        @Override
        List<String> command(Path configuration) {
            return List.of(path(), configuration.toString());
        }
    },
    HAPROXY("haproxy", "haproxy", "-v") {
        @Override
        String configuration(int port, Path home, Path agent) {
            return """
                    global
                        tune.ssl.cachesize 0
                        ssl-default-bind-options ssl-min-ver TLSv1.3 no-tls-tickets
                    defaults
                        mode tcp
                        timeout connect 5s
                        timeout client 60s
                        timeout server 60s
                    frontend pull
                        bind 127.0.0.1:%d ssl crt %s ca-file %s verify required
                        default_backend agent
                    backend agent
                        server agent unix@%s
                    """.formatted(port, home.resolve("host.pem"), home.resolve("site-ca.pem"), agent);
        }

        @Override
        List<String> command(Path configuration) {
            return List.of(path(), "-db", "-f", configuration.toString());
        }
    };

    private final String label;
    private final String debianPackage;
    private final String versionOption;

    Peer(String label, String debianPackage, String versionOption) {
        this.label = label;
        this.debianPackage = debianPackage;
        this.versionOption = versionOption;
    }

    String label() {
        return label;
    }

    /** Returns what to say when it is not there. */
    String absence() {
        return label + " is not installed: its rows are left out; apt-get install " + debianPackage;
    }

    /** Returns its configuration for a port of the loopback address. */
    abstract String configuration(int port, Path home, Path agent);

    /** Returns what starts it in the foreground. */
    abstract List<String> command(Path configuration);

    boolean isInstalled() {
        return find().isPresent();
    }

    /** Returns the first line of what it says about itself that holds its version. */
    String version() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(path(), versionOption)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).matches(".*\\b(stunnel|version) \\d.*"))
                .findFirst()
                .map(line -> line.replaceFirst(" on .*", "")
                        .replaceFirst(" - .*", "")
                        .strip())
                .orElse("unknown version");
    }

    String path() {
        return find().orElseThrow(() -> new IllegalStateException(absence())).toString();
    }

    /** Debian keeps servers in folders that are not on every user's PATH. */
    private Optional<Path> find() {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":", -1)), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(directory -> Path.of(directory, label))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
