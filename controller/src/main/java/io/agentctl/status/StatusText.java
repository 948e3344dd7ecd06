package io.agentctl.status;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.receiver.RegistrationStatus.NotRegistered;
import io.agentctl.receiver.RegistrationStatus.Registered;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The status for people (protocol.md, section 5). What needs attention ends with {@code (!!)}. */
public final class StatusText {
    static final String TROUBLE = " (!!)";
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\t]]");

    private StatusText() {}

    /**
     * Writes a status, and nothing of the service.
     *
     * @param status the status
     * @param openToAnyone whether nothing but TLS keeps anyone away from the port, when it is open
     * @return several lines, without a newline at the end
     */
    public static String of(Status status, boolean openToAnyone) {
        return of(status, openToAnyone, new Service.NotAsked(), Instant.EPOCH);
    }

    /**
     * Writes a status, and what the service says of itself.
     *
     * @param status the status
     * @param openToAnyone whether nothing but TLS keeps anyone away from the port, when it is open
     * @param service what the service says of itself
     * @param now the time
     * @return several lines, without a newline at the end
     */
    public static String of(Status status, boolean openToAnyone, Service service, Instant now) {
        ServiceText live = new ServiceText(service, now);
        List<String> lines = new ArrayList<>();
        lines.add("Version: " + status.version());
        lines.add("Agent socket: " + (status.agentOperational() ? "operational" : "inoperational" + TROUBLE));
        lines.add("IP allowlist: " + (status.ipAllowlist().isEmpty() ? "any" : String.join(" ", status.ipAllowlist())));
        if (openToAnyone && isPulled(status)) {
            lines.add("Pull port: open to anyone who reaches it, see allowed_ip and listen" + TROUBLE);
        }
        if (status.allowLegacyPull()) {
            lines.add("Legacy pull: allowed, anyone who may connect reads the agent's output in the clear" + TROUBLE);
        }
        lines.addAll(live.lines());
        lines.add("");
        lines.add("");
        if (status.connections().isEmpty()) {
            lines.add("No connections");
        }
        for (int i = 0; i < status.connections().size(); i++) {
            if (i > 0) {
                lines.add("");
                lines.add("");
            }
            addConnection(lines, status.connections().get(i));
            lines.addAll(live.about(status.connections().get(i)));
        }
        // Host names, issuers and errors come from sites, and shall not steer the terminal.
        return lines.stream()
                .map(line -> UNPRINTABLE.matcher(line).replaceAll("?"))
                .collect(Collectors.joining("\n"));
    }

    private static boolean isPulled(Status status) {
        return status.connections().stream()
                .anyMatch(connection -> connection.connection().kind().mode() == ConnectionMode.PULL);
    }

    private static void addConnection(List<String> lines, ConnectionStatus status) {
        Connection connection = status.connection();
        lines.add(connection.siteId().map(site -> "Connection: " + site).orElse("Imported connection:"));
        lines.add("\tUUID: " + connection.uuid());
        lines.add("\tLocal:");
        lines.add("\t\tConnection mode: " + connection.kind().mode().label());
        connection.receiver().ifPresent(receiver -> lines.add("\t\tConnecting to receiver port: " + receiver.port()));
        if (status.certificate().isPresent()) {
            CertificateInfo certificate = status.certificate().get();
            lines.add("\t\tCertificate issuer: " + certificate.issuer());
            lines.add("\t\tCertificate validity: " + Rfc2822.format(certificate.from()) + " - "
                    + Rfc2822.format(certificate.to()));
        } else {
            lines.add("\t\tCertificate parsing failed" + TROUBLE);
        }
        addRemote(lines, status);
    }

    private static void addRemote(List<String> lines, ConnectionStatus status) {
        RemoteStatus remote = status.remote();
        if (remote instanceof RemoteStatus.Imported) {
            lines.add("\tRemote: imported connection, its site is not known here");
        } else if (remote instanceof RemoteStatus.NotAsked) {
            lines.add("\tRemote: query disabled");
        } else if (remote instanceof RemoteStatus.Failed failed) {
            lines.add("\tRemote: " + failed.error() + TROUBLE);
        } else if (remote instanceof RemoteStatus.Answered answered) {
            addAnswer(lines, status, answered);
        }
    }

    private static void addAnswer(List<String> lines, ConnectionStatus status, RemoteStatus.Answered answered) {
        if (answered.status() instanceof Registered registered) {
            boolean agreed = registered.mode() == status.connection().kind().mode();
            lines.add("\tRemote:");
            lines.add("\t\tConnection mode: " + registered.mode().label() + (agreed ? "" : TROUBLE));
            lines.add("\t\tHostname: " + registered.hostName());
        } else if (answered.status() instanceof NotRegistered) {
            lines.add("\tRemote: not registered there, register this host again" + TROUBLE);
        }
    }
}
