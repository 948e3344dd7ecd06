package io.agentctl.pull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.zip.Deflater;

/**
 * The framing of one pull: turns the agent's bytes into what the fetcher reads, piece by piece. A payload that is not
 * {@linkplain #end ended} never looks whole when it is compressed.
 */
interface Payload extends AutoCloseable {
    /** How message version 1 is written, in two bytes. */
    short VERSION = 0;

    /** The type of compression that follows the version: an RFC 1950 zlib stream. */
    byte ZLIB = 1;

    /**
     * Takes more of the agent's output.
     *
     * @param bytes holds the output from index 0
     * @param length count of bytes, at least 1
     * @param flush whether all that was taken so far must be in what this and earlier calls returned
     * @return bytes for the fetcher, perhaps none yet; the caller releases it
     */
    ByteBuf append(byte[] bytes, int length, boolean flush);

    /** Returns the last bytes for the fetcher, perhaps none; the caller releases it. */
    ByteBuf end();

    @Override
    void close();

    /**
     * The payload of an authenticated pull. It is a zlib stream even without compression: fetchers may take a reset for an end, and only
     * the end of a zlib stream then shows whether it was one.
     *
     * @param allocator where the bytes come from
     * @param compression deflate level, 1 to 9, or 0 for stored blocks (RFC 1951, section 3.2.4)
     * @return the payload
     */
    static Payload framed(ByteBufAllocator allocator, int compression) {
        return new ZlibPayload(allocator, compression);
    }

    /**
     * The payload of a legacy pull: the agent's bytes, nothing else.
     *
     * @param allocator where the bytes come from
     * @return the payload
     */
    static Payload raw(ByteBufAllocator allocator) {
        return new PlainPayload(allocator);
    }

    /** Bytes as they are. */
    final class PlainPayload implements Payload {
        private final ByteBufAllocator allocator;

        private PlainPayload(ByteBufAllocator allocator) {
            this.allocator = allocator;
        }

        @Override
        public ByteBuf append(byte[] bytes, int length, boolean flush) {
            return allocator.heapBuffer(length).writeBytes(bytes, 0, length);
        }

        @Override
        public ByteBuf end() {
            return allocator.heapBuffer(0);
        }

        @Override
        public void close() {
            // Holds nothing that the garbage collector would not find.
        }
    }

    /** A header and one zlib stream. */
    final class ZlibPayload implements Payload {
        private static final int CHUNK = 16 * 1024;

        private final ByteBufAllocator allocator;
        private final Deflater deflater;
        private boolean headerDue = true;

        private ZlibPayload(ByteBufAllocator allocator, int level) {
            this.allocator = allocator;
            this.deflater = new Deflater(level);
        }

        @Override
        public ByteBuf append(byte[] bytes, int length, boolean flush) {
            deflater.setInput(bytes, 0, length);
            return deflate(flush ? Deflater.SYNC_FLUSH : Deflater.NO_FLUSH);
        }

        @Override
        public ByteBuf end() {
            deflater.finish();
            return deflate(Deflater.NO_FLUSH);
        }

        @Override
        public void close() {
            deflater.end();
        }

        private ByteBuf deflate(int flush) {
            ByteBuf out = allocator.heapBuffer(CHUNK);
            if (headerDue) {
                headerDue = false;
                out.writeShort(VERSION).writeByte(ZLIB);
            }
            boolean full = true;
            while (full) {
                out.ensureWritable(CHUNK / 2);
                int room = out.writableBytes();
                int count = deflater.deflate(out.array(), out.arrayOffset() + out.writerIndex(), room, flush);
                out.writerIndex(out.writerIndex() + count);
                // The deflater keeps back output only when it ran out of room.
                full = count == room;
            }
            return out;
        }
    }
}
