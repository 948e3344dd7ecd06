package io.agentctl.connection;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What is done to files when the registry changes, step by step. A machine may die between any two steps, and each may be refused:
 * the tests put a disk in this place that does so.
 */
interface Disk {

    /** A file that is being made; nobody else knows of it yet. */
    interface NewFile extends Closeable {
        /** Writes all that remains in a buffer. */
        void write(ByteBuffer bytes) throws IOException;

        /** Returns when a power cut can no longer undo what was written. */
        void sync() throws IOException;
    }

    /**
     * Makes an empty file that its owner alone can read.
     *
     * @param file must not be there yet
     */
    NewFile create(Path file) throws IOException;

    /** Puts a file in the place of another one, if there is one, at once. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file, if it is there. */
    void delete(Path file) throws IOException;

    /** Returns when a power cut can no longer undo what was made, renamed and deleted in a folder. */
    void sync(Path folder) throws IOException;
}
