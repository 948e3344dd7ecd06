package io.agentctl.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.KeyType;
import io.agentctl.receiver.Credentials.UserPassword;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.Timeouts;
import io.agentctl.registration.PreConfigured.Target;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a host tries again to register by itself; time passes as the tests say. */
class AutoRegistrationScheduleTest {
    private static final Duration LOOK = Duration.ofHours(1);
    private static final UserPassword USER = new UserPassword("automation", "zebra-Crossing");

    @TempDir
    private Path home;

    private final List<Duration> pauses = new ArrayList<>();
    private SimulatedSite site;
    private ConnectionRegistry registry;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", Clock.systemUTC());
        site.roster().user(USER.user(), USER.password());
        registry = new ConnectionRegistry(home);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void asksLessAndLessOften() {
        site.fault(Endpoint.REGISTER_NEW, Fault.html(503));

        run(8, () -> null);

        assertThat(pauses)
                .containsExactly(
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(15),
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        Duration.ofHours(1));
        assertThat(site.requests(Endpoint.REGISTER_NEW)).hasSize(8);
    }

    @Test
    void onlyLooksOnceAllSitesHaveAgreed() {
        run(3, () -> null);

        assertThat(pauses).containsExactly(LOOK, LOOK, LOOK);
        assertThat(site.requests(Endpoint.REGISTER_NEW)).hasSize(1);
        assertThat(site.requests(Endpoint.REGISTRATION_STATUS)).isEmpty();
    }

    @Test
    void looksHourlyAgainAfterASuccessAndBeginsAnewWithAFailure() {
        site.fault(Endpoint.REGISTER_NEW, Fault.times(2, Fault.HANG_UP));

        run(6, () -> {
            if (pauses.size() == 4) {
                site.fault(Endpoint.REGISTER_NEW, Fault.times(1, Fault.HANG_UP));
                registry.update(present -> present.without(connection -> true));
            }
            return null;
        });

        assertThat(pauses)
                .containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(2), LOOK, LOOK, Duration.ofMinutes(1), LOOK);
        assertThat(registry()).hasSize(1);
    }

    @Test
    void tellsOfARegistryThatItCannotChangeAndTriesAgain() throws Exception {
        java.nio.file.Files.writeString(registry.file(), "no registry");

        run(3, () -> {
            if (pauses.size() == 2) {
                java.nio.file.Files.delete(registry.file());
            }
            return null;
        });

        assertThat(pauses).containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(2), LOOK);
        assertThat(registry()).hasSize(1);
    }

    /** The file is about the moment of the start: what the operator registers later is meant to stay. */
    @Test
    void deletesOthersAtItsStartAndNotAgain() throws Exception {
        site.fault(Endpoint.REGISTER_NEW, Fault.html(503));
        Connection before = other("before.example.com");
        Connection later = other("later.example.com");
        registry.update(present -> present.with(before));

        run(3, () -> {
            if (pauses.size() == 1) {
                registry.update(present -> present.with(later));
            }
            return null;
        });

        assertThat(registry()).containsExactly(later);
    }

    @Test
    void endsWhenItIsInterrupted() {
        run(1, () -> null);

        assertThat(pauses).hasSize(1);
    }

    /** Runs until some pauses have been made; during each something may happen. */
    private void run(int count, Callable<Void> meanwhile) {
        SimulatedTargets targets = new SimulatedTargets(site);
        AutoRegistration auto = new AutoRegistration(
                new PreConfigured(
                        List.of(new Target(
                                SiteId.parse("localhost/prod"),
                                Optional.empty(),
                                USER,
                                Optional.of(site.ca().pem()))),
                        Map.of(),
                        false),
                registry,
                new Registration(KeyType.EC_P256, Clock.systemUTC()),
                targets,
                new HttpSites(ProxyEnvironment.DIRECT, Timeouts.PATIENT, Clock.systemUTC()),
                duration -> {
                    throw new AssertionError("the site decides at once");
                },
                Clock.systemUTC());
        new AutoRegistrationSchedule(
                        auto,
                        duration -> {
                            pauses.add(duration);
                            try {
                                meanwhile.call();
                            } catch (Exception e) {
                                throw new AssertionError(e);
                            }
                            if (pauses.size() == count) {
                                throw new InterruptedException("enough");
                            }
                        },
                        true)
                .run();
        // It ends as if its thread were interrupted; before anything else is asked to wait.
        assertThat(Thread.interrupted()).isTrue();
    }

    private List<Connection> registry() {
        try {
            return registry.read().connections();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Connection other(String server) {
        return Connection.registered(
                ConnectionMode.PULL,
                new ReceiverAddress(new SiteId(server, "prod"), 8000),
                UUID.randomUUID(),
                "K",
                "C",
                "R");
    }
}
