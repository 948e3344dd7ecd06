package io.agentctl.soak;

import io.agentctl.site.Fetcher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;

/** Those with no business at the port: they send whatever comes to their minds, seeded, from many addresses, and go away in every way there is. */
final class Strangers {
    private static final int ADDRESSES = 40;
    private static final int PATIENCE_IN_MILLIS = 300;

    private final InetSocketAddress port;
    private final List<Fetcher> impostors;
    private final byte[] hello;
    private final Violations violations;
    private final LongAdder visits = new LongAdder();
    private final LongAdder turnedAway = new LongAdder();

    /**
     * @param port where to knock
     * @param real a fetcher whose ClientHello they copy
     * @param impostors fetchers with certificates that must not do
     * @param violations where it is told if one gets anything
     */
    Strangers(InetSocketAddress port, Fetcher real, List<Fetcher> impostors, Violations violations) throws IOException {
        this.port = port;
        this.impostors = List.copyOf(impostors);
        this.violations = violations;
        ByteBuffer flight = ByteBuffer.allocate(20_000);
        real.engine().wrap(ByteBuffer.allocate(0), flight);
        this.hello = Arrays.copyOf(flight.array(), flight.position());
    }

    long visits() {
        return visits.sum();
    }

    long turnedAway() {
        return turnedAway.sum();
    }

    /** Returns somebody who knocks once. */
    Actors.Deed somebody(long seed) {
        Random seeds = new Random(seed);
        return () -> {
            visits.increment();
            // One for each visit, which may end at any point of it.
            Random random = new Random(seeds.nextLong());
            InetAddress address =
                    InetAddress.getByAddress(new byte[] {127, 9, 0, (byte) (1 + random.nextInt(ADDRESSES))});
            if (random.nextInt(8) == 0) {
                pull(impostors.get(random.nextInt(impostors.size())).from(address));
            } else {
                knock(address, random);
            }
        };
    }

    private void pull(Fetcher impostor) throws IOException {
        violations.demand(impostor.pull(port).payload().isEmpty(), "a stranger was served: " + impostor);
    }

    private void knock(InetAddress address, Random random) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(address, 0));
            socket.setSoTimeout(PATIENCE_IN_MILLIS);
            socket.setSoLinger(random.nextBoolean(), 0);
            socket.connect(port);
            byte[] announcement = socket.getInputStream().readNBytes(2);
            if (announcement.length < 2) {
                turnedAway.increment();
                return;
            }
            for (byte[] piece : pieces(random)) {
                socket.getOutputStream().write(piece);
            }
            if (random.nextInt(3) > 0) {
                String answer = new String(socket.getInputStream().readNBytes(4096), StandardCharsets.ISO_8859_1);
                violations.demand(!answer.contains("<<<"), "a stranger read output in the clear");
            }
        } catch (SocketException | SocketTimeoutException e) {
            // Reset or ignored, as it has to be.
            return;
        }
    }

    private List<byte[]> pieces(Random random) {
        return switch (random.nextInt(9)) {
            case 0 -> List.of();
            case 1 -> List.of(bytes(random, random.nextInt(2000)));
            case 2 -> List.of(mutated(hello, random));
            case 3 -> List.of(Arrays.copyOf(hello, random.nextInt(hello.length)));
            case 4 -> List.of(hello, bytes(random, random.nextInt(500)));
            case 5 -> List.of(hello, hello);
            case 6 -> List.of(hello, record(22, random, 16_000), record(22, random, 16_000), record(20, random, 1));
            case 7 -> List.of(record(20 + random.nextInt(5), random, random.nextInt(18_000)), hello);
            default -> List.of("PROXY TCP4 127.0.0.1 127.0.0.1 1 1\r\n".getBytes(StandardCharsets.US_ASCII), hello);
        };
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] mutated(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int i = 0; i <= random.nextInt(6); i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static byte[] record(int type, Random random, int length) {
        return ByteBuffer.allocate(5 + length)
                .put((byte) type)
                .putShort((short) 0x0303)
                .putShort((short) length)
                .put(bytes(random, length))
                .array();
    }
}
