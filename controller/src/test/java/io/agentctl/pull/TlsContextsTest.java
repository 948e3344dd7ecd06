package io.agentctl.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.Registry;
import io.agentctl.connection.TrustRules;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Contexts are made when a handshake needs them, or before if that is asked for. */
class TlsContextsTest {
    @Test
    void prepareThoseOfConnectionsThatCanBeUsed() throws Exception {
        try (SimulatedSite site = new SimulatedSite("prod", PullHost.CLOCK);
                TlsContexts contexts = new TlsContexts(TlsStack.JDK, TrustRules.at(PullHost.CLOCK))) {
            Connection good = site.enroll("web1", ConnectionMode.PULL);
            Connection broken = site.enroll("web2", ConnectionMode.PULL).with("no key", good.certificate());
            Connection onToken = site.enroll("web3", ConnectionMode.PULL).with("pkcs11:object=k", good.certificate());

            contexts.follow(registry(broken, onToken, good));
            assertThat(contexts.size()).isZero();
            contexts.prepare();

            assertThat(contexts.size()).isEqualTo(1);
            assertThat(contexts.forServerName(good.uuid().toString())).isPresent();
            assertThat(contexts.size()).isEqualTo(1);
        }
    }

    @Test
    void prepareThoseThatComeLater() throws IOException {
        try (SimulatedSite site = new SimulatedSite("prod", PullHost.CLOCK);
                TlsContexts contexts = new TlsContexts(TlsStack.JDK, TrustRules.at(PullHost.CLOCK))) {
            contexts.prepare();
            contexts.follow(registry(site.enroll("web1", ConnectionMode.PULL)));
            assertThat(contexts.size()).isEqualTo(1);
            contexts.follow(Registry.EMPTY);
            assertThat(contexts.size()).isZero();
        }
    }

    private static Registry registry(Connection... connections) {
        return new Registry(List.of(connections), Map.of());
    }
}
