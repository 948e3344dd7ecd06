package io.agentctl.pull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
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
            return allocator.directBuffer(length).writeBytes(bytes, 0, length);
        }

        @Override
        public ByteBuf end() {
            return Unpooled.EMPTY_BUFFER;
        }

        @Override
        public void close() {
            // Holds nothing that the garbage collector would not find.
        }
    }

    /** A header and one zlib stream, in pieces of a TLS record's size. */
    final class ZlibPayload implements Payload {
        private static final int RECORD = 16 * 1024;

        /** Room for what a record's worth of bytes at the least becomes when it does not become smaller. */
        private static final int PIECE = 2 * RECORD + 4 * 1024;

        private final ByteBufAllocator allocator;
        private final Deflater deflater;
        private boolean headerDue = true;
        private ByteBuf piece = Unpooled.EMPTY_BUFFER;

        private ZlibPayload(ByteBufAllocator allocator, int level) {
            this.allocator = allocator;
            this.deflater = new Deflater(level);
        }

        @Override
        public ByteBuf append(byte[] bytes, int length, boolean flush) {
            deflater.setInput(bytes, 0, length);
            deflate(flush ? Deflater.SYNC_FLUSH : Deflater.NO_FLUSH);
            return flush || piece.readableBytes() >= RECORD ? take() : Unpooled.EMPTY_BUFFER;
        }

        @Override
        public ByteBuf end() {
            deflater.finish();
            deflate(Deflater.NO_FLUSH);
            return take();
        }

        @Override
        public void close() {
            take().release();
            deflater.end();
        }

        private ByteBuf take() {
            ByteBuf taken = piece;
            piece = Unpooled.EMPTY_BUFFER;
            return taken;
        }

        private void deflate(int flush) {
            if (piece.capacity() == 0) {
                // Outside of the heap, where neither deflate nor TLS nor the socket needs a copy of its own.
                piece = allocator.directBuffer(PIECE);
            }
            if (headerDue) {
                headerDue = false;
                piece.writeShort(VERSION).writeByte(ZLIB);
            }
            boolean full = true;
            while (full) {
                piece.ensureWritable(RECORD / 2);
                int room = piece.writableBytes();
                int count = deflater.deflate(piece.nioBuffer(piece.writerIndex(), room), flush);
                piece.writerIndex(piece.writerIndex() + count);
                // The deflater keeps back output only when it ran out of room.
                full = count == room;
            }
        }
    }
}
