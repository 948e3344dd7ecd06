package io.agentctl.audit;

import io.agentctl.connection.Connection;
import io.agentctl.connection.Registry;
import io.agentctl.connection.RegistryWitness;
import io.agentctl.pki.Fingerprint;
import io.agentctl.pki.KeyType;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tells which connections a change of the registry has brought, renewed and taken away.
 *
 * @param audit is told
 */
public record RegistryEvents(AuditLog audit) implements RegistryWitness {

    @Override
    public void changed(Registry before, Registry after) {
        Map<UUID, Connection> old = byUuid(before);
        Map<UUID, Connection> present = byUuid(after);
        before.connections().stream()
                .filter(connection -> !present.containsKey(connection.uuid()))
                .forEach(gone -> audit.record(about(gone, AuditEvent.Kind.DELETED)));
        for (Connection connection : after.connections()) {
            Connection former = old.get(connection.uuid());
            if (former == null) {
                audit.record(about(
                        connection,
                        connection.kind() == Connection.Kind.PULL_IMPORTED
                                ? AuditEvent.Kind.IMPORTED
                                : AuditEvent.Kind.REGISTERED));
            } else if (!former.certificate().equals(connection.certificate())) {
                audit.record(about(connection, AuditEvent.Kind.RENEWED)
                        .with(Field.REPLACED_CERTIFICATE, certificate(former).flatMap(RegistryEvents::fingerprint)));
            }
        }
    }

    private static Map<UUID, Connection> byUuid(Registry registry) {
        return registry.connections().stream()
                .collect(Collectors.toMap(Connection::uuid, Function.identity(), (one, other) -> one));
    }

    private static AuditEvent about(Connection connection, AuditEvent.Kind kind) {
        Optional<X509Certificate> certificate = certificate(connection);
        return AuditEvent.of(kind)
                .with(Field.CONNECTION, connection.name())
                .with(Field.UUID, connection.uuid().toString())
                .with(Field.MODE, connection.kind().mode().label())
                .with(Field.CERTIFICATE, certificate.flatMap(RegistryEvents::fingerprint))
                .with(
                        Field.KEY_TYPE,
                        certificate
                                .flatMap(ours -> KeyType.of(ours.getPublicKey()))
                                .map(KeyType::label))
                .with(
                        Field.NOT_BEFORE,
                        certificate.map(ours -> ours.getNotBefore().toInstant().toString()))
                .with(
                        Field.NOT_AFTER,
                        certificate.map(ours -> ours.getNotAfter().toInstant().toString()));
    }

    /** What cannot be read is left out: that it was stored, or is gone, is what counts. */
    private static Optional<X509Certificate> certificate(Connection connection) {
        try {
            return Optional.of(Pem.certificates(connection.certificate()).get(0));
        } catch (PkiException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> fingerprint(X509Certificate certificate) {
        try {
            return Optional.of(Fingerprint.of(certificate).toString());
        } catch (PkiException e) {
            return Optional.empty();
        }
    }
}
