package io.agentctl.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.agentctl.ThreadLog;
import io.agentctl.connection.FaultyDisk.Fault;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.RegistrationStatus;
import io.agentctl.receiver.Sites;
import io.agentctl.receiver.Timeouts;
import io.agentctl.renewal.Renewal;
import io.agentctl.site.Endpoint;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A renewal that ends at any of its steps, also between the site's answer and its storing: a pair that works stays. */
class RenewalCrashTest {
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    private Path home;

    private final Sites sites = new HttpSites(ProxyEnvironment.DIRECT, Timeouts.PATIENT, CLOCK);
    private SimulatedSite site;
    private ThreadLog log;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", CLOCK);
        log = ThreadLog.of("io.agentctl.connection", Thread.currentThread());
    }

    @AfterEach
    void stop() {
        log.close();
        site.close();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void leavesAPairThatWorks(Fault fault) throws Exception {
        int unasked = 0;
        int signedInVain = 0;
        int renewed = 0;
        for (int step = 1; ; step++) {
            Connection old = site.enroll("web1", ConnectionMode.PULL);
            new ConnectionRegistry(home).update(present -> present.with(old));
            int asked = questions();
            FaultyDisk disk = new FaultyDisk(home, step, fault, "out of order");

            Throwable failure = catchThrowable(
                    () -> renewal(new ConnectionRegistry(home, disk)).renew(old));

            Connection left = new ConnectionRegistry(home).read().connections().get(0);
            if (!disk.hasFailed()) {
                assertThat(failure).isNull();
                assertThat(left).isNotEqualTo(old);
                break;
            }
            assertThat(left.with(old.privateKey(), old.certificate())).isEqualTo(old);
            if (!left.equals(old)) {
                renewed++;
            } else if (questions() == asked) {
                unasked++;
            } else {
                signedInVain++;
            }
            if (fault.isOfDisk()) {
                assertThat(left.equals(old)).isEqualTo(failure != null);
            }
            assertWorks(left);
        }
        assertThat(unasked).as("died before the site was asked").isPositive();
        assertThat(signedInVain).as("died after the site had answered").isPositive();
        if (fault != Fault.POWER_CUT_THAT_LOSES_ALL) {
            assertThat(renewed).as("died when all was done").isPositive();
        }
    }

    /** To be renewed is to prove to the site who one is, which takes a key, a certificate, and that they belong together. */
    private void assertWorks(Connection left) throws Exception {
        assertThat(sites.receiverOf(left).registrationStatus(left.uuid()))
                .isInstanceOf(RegistrationStatus.Registered.class);
        Connection next = renewal(new ConnectionRegistry(home)).renew(left);
        assertThat(new ConnectionRegistry(home).read().connections()).containsExactly(next);
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("registered_connections.json", ".registered_connections.lock");
        }
    }

    private int questions() {
        return site.requests(Endpoint.RENEW_CERTIFICATE).size();
    }

    private Renewal renewal(ConnectionRegistry registry) {
        return new Renewal(registry, sites, Optional.empty(), CLOCK);
    }
}
