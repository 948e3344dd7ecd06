package io.agentctl.status;

import io.agentctl.activity.LiveStateJson;
import io.agentctl.connection.Connection;
import io.agentctl.json.JsonText;
import io.agentctl.pki.RenewalWindow;
import io.agentctl.receiver.RegistrationStatus.NotRegistered;
import io.agentctl.receiver.RegistrationStatus.Registered;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The status as sites and scripts parse it: one compact line, its keys in a fixed order (protocol.md, section 5). */
public final class StatusJson {
    /**
     * What stands for a certificate that cannot be read. The vendor's controller writes a text instead of an object here, which makes the
     * site refuse the whole line; an end long past makes it sound the alarm for this one connection.
     */
    private static final CertificateInfo UNREADABLE =
            new CertificateInfo("unreadable certificate", Instant.EPOCH, Instant.EPOCH);

    private StatusJson() {}

    /**
     * Writes a status.
     *
     * @param status the status
     * @return one line of JSON, without a newline
     */
    public static String of(Status status) {
        return JsonText.compact(fields(status));
    }

    /**
     * Writes a status and what the service says of itself, behind all that others count on.
     *
     * @param status the status
     * @param service what it says
     * @param now the time
     * @return one line of JSON, without a newline
     */
    public static String of(Status status, Service service, Instant now) {
        Map<String, Object> fields = fields(status);
        Map<String, Object> due = new LinkedHashMap<>();
        for (ConnectionStatus connection : status.connections()) {
            if (connection.connection().kind() != Connection.Kind.PULL_IMPORTED) {
                connection
                        .certificate()
                        .ifPresent(certificate -> due.put(
                                connection.connection().name(),
                                RenewalWindow.dueAt(certificate.from(), certificate.to(), now)
                                        .toString()));
            }
        }
        fields.put("renewals_due", due);
        fields.put("service", service(service));
        return JsonText.compact(fields);
    }

    private static Map<String, Object> service(Service service) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("running", service instanceof Service.Running);
        if (service instanceof Service.Silent silent) {
            fields.put("error", silent.error());
        } else if (service instanceof Service.Running running) {
            fields.putAll(LiveStateJson.fields(running.state()));
        }
        return fields;
    }

    private static Map<String, Object> fields(Status status) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("version", status.version());
        fields.put("agent_socket_operational", status.agentOperational());
        fields.put("ip_allowlist", status.ipAllowlist());
        fields.put("allow_legacy_pull", status.allowLegacyPull());
        fields.put(
                "connections",
                status.connections().stream().map(StatusJson::connection).toList());
        return fields;
    }

    private static Map<String, Object> connection(ConnectionStatus status) {
        Connection connection = status.connection();
        Map<String, Object> fields = new LinkedHashMap<>();
        connection.receiver().ifPresent(receiver -> {
            fields.put("site_id", receiver.siteId().toString());
            fields.put("receiver_port", receiver.port());
        });
        fields.put("uuid", connection.uuid().toString());
        Map<String, Object> local = new LinkedHashMap<>();
        local.put("connection_mode", connection.kind().mode().label());
        local.put("cert_info", certificate(status.certificate()));
        fields.put("local", local);
        fields.put("remote", remote(status.remote()));
        return fields;
    }

    private static Map<String, Object> certificate(Optional<CertificateInfo> known) {
        CertificateInfo certificate = known.orElse(UNREADABLE);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("issuer", certificate.issuer());
        fields.put("from", Rfc2822.format(certificate.from()));
        fields.put("to", Rfc2822.format(certificate.to()));
        return fields;
    }

    private static Object remote(RemoteStatus remote) {
        if (remote instanceof RemoteStatus.Imported) {
            return "imported_connection";
        }
        if (remote instanceof RemoteStatus.NotAsked) {
            return "remote_query_disabled";
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        if (remote instanceof RemoteStatus.Failed failed) {
            fields.put("error", failed.error());
        } else if (remote instanceof RemoteStatus.Answered answered) {
            if (answered.status() instanceof Registered registered) {
                fields.put("status", "Registered");
                fields.put("hostname", registered.hostName());
                fields.put("connection_mode", registered.mode().label());
            } else if (answered.status() instanceof NotRegistered) {
                fields.put("status", "NotRegistered");
            }
        }
        return fields;
    }
}
