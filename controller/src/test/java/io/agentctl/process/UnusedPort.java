package io.agentctl.process;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports that nobody has, for what must be told its port before it listens, or must find nobody there. They are below those that systems give to
 * connections and to whoever asks for any port, as other tests do all the time.
 */
public final class UnusedPort {
    private static final int FIRST = 10_240;
    private static final int COUNT = 20_000;

    /** Where other processes that run tests hardly begin. */
    private static final AtomicInteger NEXT = new AtomicInteger(new SecureRandom().nextInt(COUNT));

    private UnusedPort() {}

    /**
     * Returns one that was not returned before.
     *
     * @throws IOException if this host lets nobody listen
     */
    public static int next() throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket(FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT))) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Somebody has it: the next one.
            }
        }
    }
}
