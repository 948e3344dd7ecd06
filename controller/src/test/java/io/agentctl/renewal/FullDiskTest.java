package io.agentctl.renewal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentctl.ThreadLog;
import io.agentctl.audit.AuditLog;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.RegistryException;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.process.SmallDisk;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.Timeouts;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.SimulatedSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Renewals where there is no room for what comes of them. */
class FullDiskTest {
    private static final Instant NOW = Instant.parse("2031-05-06T07:08:09Z");
    private static final String COMPLAINT = ": No space left on device; free some space there, then try again";

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock(NOW);
    private Path home;
    private SmallDisk disk;
    private SimulatedSite site;
    private ConnectionRegistry registry;
    private ThreadLog log;

    @BeforeEach
    void start() throws Exception {
        home = Files.createDirectory(folder.resolve("home"));
        disk = SmallDisk.mountedAt(home, folder);
        site = new SimulatedSite("prod", clock);
        registry = new ConnectionRegistry(home);
        log = ThreadLog.of("io.agentctl.renewal", Thread.currentThread());
    }

    @AfterEach
    void stop() throws IOException {
        if (disk != null) {
            log.close();
            site.close();
            disk.close();
        }
    }

    @Test
    void areNotAskedForAndTriedAgainWhenThereIsRoom() throws Exception {
        Connection due = due();
        Renewer renewer = new Renewer(registry, renewal(), new Random(4711), AuditLog.NONE, clock);
        disk.fill();

        renewer.look();
        clock.advance(Duration.ofMinutes(2));
        renewer.look();

        assertThat(registry.read().connections()).containsExactly(due);
        assertThat(site.requests()).isEmpty();
        assertThat(renewer.nextTry()).isPresent();
        assertThat(log.lines())
                .as("told once")
                .containsExactly("WARNING connection localhost/prod was not renewed: cannot write " + registry.file()
                        + COMPLAINT);
        disk.empty();
        clock.advance(Duration.ofMinutes(10));
        renewer.look();

        assertThat(registry.read().connections()).hasSize(1).doesNotContain(due);
        assertThat(renewer.nextTry()).isEmpty();
        assertThat(log.lines()).last().isEqualTo("INFO connection localhost/prod: key and certificate renewed");
    }

    /** There was room when it was looked for. */
    @Test
    void keepTheOldPairWhereTheRoomIsGoneByThen() throws Exception {
        Connection due = due();
        byte[] before = Files.readAllBytes(registry.file());
        site.fault(Endpoint.RENEW_CERTIFICATE, (exchange, proper) -> {
            disk.fill();
            proper.handle(exchange);
        });

        assertThatThrownBy(() -> renewal().renew(due))
                .isInstanceOf(RegistryException.class)
                .hasMessage("cannot write " + registry.file() + COMPLAINT);

        assertThat(registry.file()).hasBinaryContent(before);
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files.filter(file -> file.toString().endsWith(".tmp"))).isEmpty();
        }
        disk.empty();
        site.fault(Endpoint.RENEW_CERTIFICATE, Fault.NONE);
        Connection renewed = renewal().renew(due);
        assertThat(registry.read().connections()).isEqualTo(List.of(renewed));
    }

    private Connection due() throws RegistryException {
        Instant end = NOW.plus(Duration.ofDays(40));
        Connection due = EnrolledHost.at(site, end.minus(Duration.ofDays(5 * 365)), end);
        registry.update(present -> present.with(due));
        return due;
    }

    private Renewal renewal() {
        return new Renewal(
                registry, new HttpSites(ProxyEnvironment.DIRECT, Timeouts.PATIENT, clock), Optional.empty(), clock);
    }
}
