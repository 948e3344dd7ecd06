package io.agentctl.pull;

import static io.agentctl.agent.ScriptedAgent.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.Eventually;
import io.agentctl.agent.ScriptedAgent;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.RegistryWatch;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.Timeouts;
import io.agentctl.renewal.Renewal;
import io.agentctl.site.Fetcher;
import io.agentctl.site.Pull;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** Renewals while fetchers pull without pause: no pull notices. */
@OnEveryTlsStack
class RenewalUnderLoadTest {
    @Parameter
    private TlsStack tls;

    /** More take minutes on a busy machine, and find no more. */
    private static final int RENEWALS = Integer.getInteger("renewals", 50);

    private static final int FETCHERS = 2;
    private static final String OUTPUT = "<<<check_mk>>>\nVersion: 2.3.0\n";

    @TempDir
    private Path home;

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicInteger pulls = new AtomicInteger();
    private final List<Object> failures = new CopyOnWriteArrayList<>();

    @Test
    void noPullFails() throws Exception {
        try (SimulatedSite site = new SimulatedSite("prod", PullHost.CLOCK);
                PullHost host = new PullHost(tls, ScriptedAgent.that(says(OUTPUT)))) {
            ConnectionRegistry registry = new ConnectionRegistry(home);
            Connection connection = site.enroll("web1", ConnectionMode.PULL);
            registry.update(present -> present.with(connection));
            Renewal renewal = new Renewal(
                    registry,
                    new HttpSites(ProxyEnvironment.DIRECT, Timeouts.PATIENT, PullHost.CLOCK),
                    Optional.empty(),
                    PullHost.CLOCK);
            RegistryWatch watch = new RegistryWatch(registry);
            host.server().apply(watch.poll().orElseThrow());
            List<Thread> fetchers = fetching(site.fetcher(connection.uuid()), host.address());
            Connection renewed = connection;
            try {
                Eventually.becomes("everybody pulls", () -> pulls.get() >= FETCHERS);
                for (int i = 0; i < RENEWALS; i++) {
                    renewed = renewal.renew(renewed);
                    host.server().apply(watch.poll().orElseThrow());
                }
                int atTheEnd = pulls.get();
                Eventually.becomes(
                        "they pull with the last key",
                        () -> pulls.get() >= atTheEnd + 2 * FETCHERS || !failures.isEmpty());
            } finally {
                stopped.set(true);
                for (Thread fetcher : fetchers) {
                    fetcher.join();
                }
            }

            assertThat(failures).isEmpty();
            Pull last = site.fetcher(connection.uuid()).pull(host.address());
            assertThat(last.tls().orElseThrow().agent())
                    .isEqualTo(renewed.identity().certificate())
                    .isNotEqualTo(connection.identity().certificate());
        }
    }

    private List<Thread> fetching(Fetcher fetcher, InetSocketAddress address) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < FETCHERS; i++) {
            Thread thread = new Thread(() -> pullUntilStopped(fetcher, address), "fetcher");
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    private void pullUntilStopped(Fetcher fetcher, InetSocketAddress address) {
        while (!stopped.get()) {
            try {
                Pull pull = fetcher.pull(address);
                if (!pull.isComplete() || !pull.payload().equals(OUTPUT)) {
                    failures.add(pull);
                }
            } catch (IOException | RuntimeException e) {
                failures.add(e);
            }
            pulls.incrementAndGet();
        }
    }
}
