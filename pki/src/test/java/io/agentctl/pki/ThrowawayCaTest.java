package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SignatureException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is thrown away serves until then. */
class ThrowawayCaTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    @Test
    void issuesWhatAHostCanServe() throws Exception {
        UUID uuid = UUID.randomUUID();
        ThrowawayCa ca = ThrowawayCa.named("rehearsal", NOW);
        Identity host = ca.issue(uuid.toString());

        assertThat(host.servableFor(uuid, NOW)).isSameAs(host);
        host.certificate().verify(ca.root().getPublicKey());
        assertThat(CommonNames.of(host.certificate().getIssuerX500Principal())).isEqualTo(List.of("rehearsal"));
    }

    @Test
    void lastsForAnHour() throws Exception {
        ThrowawayCa ca = ThrowawayCa.named("rehearsal", NOW);

        assertThat(ca.issue("x").certificate().getNotAfter().toInstant()).isEqualTo("2026-11-24T12:30:00Z");
        assertThat(ca.root().getNotAfter().toInstant()).isEqualTo("2026-11-24T12:30:00Z");
    }

    @Test
    void isAnotherEachTime() throws Exception {
        Identity host = ThrowawayCa.named("rehearsal", NOW).issue("x");

        assertThatThrownBy(() -> host.certificate()
                        .verify(ThrowawayCa.named("rehearsal", NOW).root().getPublicKey()))
                .isInstanceOf(SignatureException.class);
    }
}
