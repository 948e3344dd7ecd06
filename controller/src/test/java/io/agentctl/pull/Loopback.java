package io.agentctl.pull;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Loopback addresses to connect from. On Linux every caller gets another one, since all of 127.0.0.0/8 is local there: so tests that
 * run at the same time tell each other's lines in the log apart. Elsewhere there is only one.
 */
final class Loopback {
    private static final AtomicInteger NEXT = new AtomicInteger(1);

    private Loopback() {}

    static boolean hasMany() {
        return System.getProperty("os.name").equals("Linux");
    }

    static InetAddress another() {
        int number = NEXT.getAndIncrement();
        byte[] bytes = {127, 9, (byte) (number / 250), (byte) (number % 250 + 1)};
        try {
            return hasMany() ? InetAddress.getByAddress(bytes) : InetAddress.getLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IPv4 address has four bytes", e);
        }
    }
}
