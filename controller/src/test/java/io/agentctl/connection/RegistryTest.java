package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.agentctl.pki.PkiException;
import io.agentctl.pki.TestCa;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Connections by themselves and together: names, replacement, lookup. */
class RegistryTest {
    private static final UUID FIRST = UUID.fromString("11111111-1111-4111-8111-111111111111");
    private static final UUID SECOND = UUID.fromString("22222222-2222-4222-8222-222222222222");

    private final Connection push = registered(ConnectionMode.PUSH, "h/push", FIRST);
    private final Connection pull = registered(ConnectionMode.PULL, "h/pull", SECOND);
    private final Connection imported = imported(UUID.fromString("33333333-3333-4333-8333-333333333333"));
    private final Registry registry = Registry.EMPTY.with(push).with(pull).with(imported);

    @Test
    void aNewRegistrationReplacesThatOfTheSameSiteWhateverItsKind() {
        Connection nowPulled = registered(ConnectionMode.PULL, "h/push", UUID.randomUUID());
        Connection pushedAgain = registered(ConnectionMode.PUSH, "h/push", UUID.randomUUID());

        assertThat(registry.with(nowPulled).connections()).containsExactly(pull, imported, nowPulled);
        assertThat(registry.with(nowPulled).with(pushedAgain).connections())
                .containsExactly(pull, imported, pushedAgain);
    }

    @Test
    void oneUuidHasOneConnection() {
        Connection sameUuid = imported(FIRST);
        Connection elsewhere = registered(ConnectionMode.PULL, "other/pull", SECOND);

        assertThat(registry.with(sameUuid).connections()).containsExactly(pull, imported, sameUuid);
        assertThat(registry.with(elsewhere).connections()).containsExactly(push, imported, elsewhere);
    }

    @Test
    void importedConnectionsDoNotReplaceEachOther() {
        Connection another = imported(UUID.randomUUID());

        assertThat(registry.with(another).connections()).containsExactly(push, pull, imported, another);
    }

    @Test
    void changesKeepTheFieldsThatNobodyKnows() {
        Registry future = new Registry(registry.connections(), Map.of("version", 3));

        assertThat(future.with(imported(UUID.randomUUID())).unknownFields()).containsEntry("version", 3);
        assertThat(future.without(connection -> true)).isEqualTo(new Registry(List.of(), Map.of("version", 3)));
    }

    @Test
    void findsConnectionsByTheUsersWord() {
        assertThat(registry.find("h/push")).contains(push);
        assertThat(registry.find(SECOND.toString())).contains(pull);
        assertThat(registry.find(imported.name())).contains(imported);
        assertThat(registry.find("33333333-3333-4333-8333-333333333333".toUpperCase(Locale.ROOT)))
                .contains(imported);
        assertThat(registry.find("h")).isEmpty();
        assertThat(registry.find("H/PUSH")).isEmpty();
        assertThat(registry.find("")).isEmpty();
    }

    @Test
    void aFetcherFindsOnlyWhatIsPulled() {
        assertThat(registry.findPulled(SECOND.toString())).contains(pull);
        assertThat(registry.findPulled(imported.uuid().toString().toUpperCase(Locale.ROOT)))
                .contains(imported);
        assertThat(registry.findPulled(FIRST.toString())).isEmpty();
        assertThat(registry.findPulled("")).isEmpty();
        assertThat(registry.pulled()).containsExactly(pull, imported);
        assertThat(registry.ofKind(Connection.Kind.PUSH)).containsExactly(push);
    }

    @Test
    void aConnectionIsNamedAfterItsSiteOrElseItsUuid() {
        assertThat(push.name()).isEqualTo("h/push");
        assertThat(imported.name()).isEqualTo("33333333-3333-4333-8333-333333333333");
    }

    @Test
    void neverShowsAKey() {
        assertThat(push).hasToString("Connection[PUSH h/push, uuid " + FIRST + "]");
        assertThat(registry.toString()).doesNotContain("secret");
    }

    @Test
    void anAgentReceiverBelongsToRegisteredConnectionsOnly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new Connection(Connection.Kind.PULL, Optional.empty(), FIRST, "secret", "C", "R", Map.of()))
                .withMessage("connection " + FIRST + " of kind PULL names no agent receiver");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Connection(
                        Connection.Kind.PULL_IMPORTED, push.receiver(), FIRST, "secret", "C", "R", Map.of()))
                .withMessage("connection " + FIRST + " of kind PULL_IMPORTED names an agent receiver");
    }

    @Test
    void theIdentityMustBeTheConnectionsOwn() throws PkiException {
        TestCa ca = TestCa.ofSite("prod", Clock.systemUTC());
        TestCa.Issued first = ca.agent(FIRST);

        assertThat(withKeys(FIRST, first, ca).identity().certificate()).isEqualTo(first.certificate());
        assertThat(withKeys(FIRST, first, ca).trust(Clock.systemUTC()).authorities())
                .containsExactly(ca.certificate());
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> withKeys(SECOND, first, ca).identity())
                .withMessage("the certificate is for 'CN=" + FIRST + "' instead of 'CN=" + SECOND + "'");
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> withKeys(FIRST, first.withKey(ca.agent(FIRST).privateKey()), ca)
                        .identity())
                .withMessage("the certificate of CN=" + FIRST + " was not issued for this private key");
    }

    @Test
    void modesHaveTheirNamesOnTheWire() {
        assertThat(ConnectionMode.of("pull-agent")).contains(ConnectionMode.PULL);
        assertThat(ConnectionMode.of("push-agent")).contains(ConnectionMode.PUSH);
        assertThat(ConnectionMode.of("pull")).isEmpty();
        assertThat(ConnectionMode.PULL.label()).isEqualTo("pull-agent");
        assertThat(ConnectionMode.PUSH.label()).isEqualTo("push-agent");
    }

    private static Connection registered(ConnectionMode mode, String site, UUID uuid) {
        return Connection.registered(
                mode, new ReceiverAddress(SiteId.parse(site), 8000), uuid, "secret", "certificate", "root");
    }

    private static Connection imported(UUID uuid) {
        return new Connection(
                Connection.Kind.PULL_IMPORTED, Optional.empty(), uuid, "secret", "certificate", "root", Map.of());
    }

    private static Connection withKeys(UUID uuid, TestCa.Issued issued, TestCa ca) {
        return Connection.registered(
                ConnectionMode.PULL,
                new ReceiverAddress(SiteId.parse("h/s"), 8000),
                uuid,
                issued.privateKeyPem(),
                issued.chainPem(),
                ca.pem());
    }
}
