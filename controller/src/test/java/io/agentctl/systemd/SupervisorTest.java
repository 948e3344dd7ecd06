package io.agentctl.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.connection.ConnectionMode;
import io.agentctl.process.Controller;
import io.agentctl.process.MonitoredHost;
import io.agentctl.process.RunningController;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What systemd hears of the service: by systemd's own program, and heard by Python, since Java has no such sockets. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SupervisorTest {
    private static final String LISTENER = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind(sys.argv[1])
            print('bound', flush=True)
            while True:
                data, ancillary, flags, sender = s.recvmsg(4096, 1024)
                # A barrier: systemd-notify waits until its descriptor is closed.
                for level, kind, fds in ancillary:
                    import array, os
                    numbers = array.array('i'); numbers.frombytes(fds)
                    for number in numbers: os.close(number)
                print(data.decode().replace('\\n', ' '), flush=True)
            """;

    @TempDir
    private Path folder;

    private MonitoredHost host;
    private Controller controller;
    private Process listener;
    private BufferedReader heard;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(works("systemd-notify", "--version"), "systemd-notify is not here");
        Assumptions.assumeTrue(works("python3", "--version"), "Python is needed to listen");
        host = new MonitoredHost(folder);
        Path socket = folder.resolve("notify");
        listener = new ProcessBuilder("python3", "-c", LISTENER, socket.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        heard = new BufferedReader(new InputStreamReader(listener.getInputStream(), StandardCharsets.UTF_8));
        assertThat(heard.readLine()).isEqualTo("bound");
        controller = host.controller()
                .configured(Controller.THIS_HOST_ALONE, "warm_up = false")
                .with("NOTIFY_SOCKET", socket.toString());
        host.enroll("web1", ConnectionMode.PULL);
    }

    @AfterEach
    void stop() throws IOException {
        if (host != null) {
            listener.destroyForcibly();
            host.close();
        }
    }

    @Test
    void tellsWhenItServesReloadsAndEnds() throws Exception {
        try (RunningController daemon = controller.startHeedingHangup("-v", "daemon", "--port", "0")) {
            int port = daemon.awaitPort();
            assertThat(hears("READY=1")).isEqualTo("READY=1 STATUS=serves pulls on port " + port + ", 1 connection");
            host.enroll("web2", ConnectionMode.PUSH);
            assertThat(hears("STATUS=")).isEqualTo("STATUS=serves no pulls, 1 connection");
            daemon.signal("HUP");
            assertThat(hears("RELOADING=1")).matches("RELOADING=1 MONOTONIC_USEC=\\d+");
            assertThat(hears("READY=1")).contains("STATUS=serves no pulls");
            daemon.terminate();
            assertThat(hears("STOPPING=1")).isEqualTo("STOPPING=1 STATUS=stopping");
            daemon.awaitEnd().exits(0);
        }
    }

    @Test
    void feedsTheWatchdog() throws Exception {
        try (RunningController daemon =
                controller.with("WATCHDOG_USEC", "200000").start("daemon", "--port", "0")) {
            for (int i = 0; i < 3; i++) {
                assertThat(hears("WATCHDOG=1")).startsWith("WATCHDOG=1 READY=1 STATUS=serves ");
            }
            assertThat(daemon.isAlive()).isTrue();
        }
    }

    /** Then systemd waits for nothing, or gives up; either way the operator has been told why. */
    @Test
    void saysThatItCannotTell() throws Exception {
        try (RunningController daemon = controller
                .with("NOTIFY_SOCKET", folder.resolve("nowhere").toString())
                .start("-v", "daemon", "--port", "0")) {
            assertThat(daemon.awaitOnStderr("WARN daemon: systemd cannot be told"))
                    .endsWith("how this service is doing: systemd-notify: it ended with exit status 1");
            daemon.awaitPort();
        }
    }

    @Test
    void isSilentWhereNobodyListens() {
        assertThat(Supervisor.of(Map.of("WATCHDOG_USEC", "1000")).watchdog()).isEmpty();
        assertThat(Supervisor.of(Map.of("NOTIFY_SOCKET", "/x", "WATCHDOG_USEC", "1000", "WATCHDOG_PID", "1"))
                        .watchdog())
                .isEmpty();
        assertThat(Supervisor.of(Map.of("NOTIFY_SOCKET", "/x", "WATCHDOG_USEC", "much"))
                        .watchdog())
                .isEmpty();
        assertThat(Supervisor.of(Map.of("NOTIFY_SOCKET", "/x", "WATCHDOG_USEC", "3000000"))
                        .watchdog()
                        .orElseThrow())
                .hasSeconds(3);
    }

    /** Returns the first message from now on that begins so. */
    private String hears(String begin) throws IOException {
        List<String> others = new ArrayList<>();
        for (String line = heard.readLine(); line != null; line = heard.readLine()) {
            if (line.startsWith(begin)) {
                return line;
            }
            others.add(line);
        }
        throw new AssertionError("nothing begins with " + begin + ": " + others);
    }

    private static boolean works(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
