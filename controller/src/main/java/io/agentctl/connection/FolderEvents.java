package io.agentctl.connection;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The operating system's word that something in a folder was made, removed, changed or given another mode. It may say so without need,
 * and it may be unable to say it; not thread-safe.
 */
final class FolderEvents implements AutoCloseable {
    /** A change is seldom one event alone: a file is written, renamed, and a lock removed. */
    private static final Duration TO_SETTLE = Duration.ofMillis(20);

    private static final Logger LOG = Logger.getLogger("io.agentctl.connection");

    private final Path folder;
    private final WatchService service;
    private WatchKey watched;

    private FolderEvents(Path folder, WatchService service) {
        this.folder = folder;
        this.service = service;
    }

    /**
     * Asks the operating system, where it is quick to tell.
     *
     * @param folder whose events; it need not exist yet
     * @return the events; empty where Java itself would have to look all the time, and would do so more slowly than we can
     */
    static Optional<FolderEvents> of(Path folder) {
        // Linux tells by inotify. What stands for it on BSD, macOS and AIX looks every few seconds; on Windows it holds
        // the folder open.
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new FolderEvents(folder, FileSystems.getDefault().newWatchService()));
        } catch (IOException | UnsupportedOperationException e) {
            // A user may have so many of them and no more.
            LOG.log(Level.FINE, e, () -> "changes in " + folder + " are looked for, as the system does not tell: " + e);
            return Optional.empty();
        }
    }

    /**
     * Waits for an event, unless some may have been missed so far.
     *
     * @param longest how long
     * @return whether it was possible to wait: not if the folder is missing, for instance
     * @throws InterruptedException if interrupted
     */
    boolean await(Duration longest) throws InterruptedException {
        try {
            // Each time, since another folder may stand there now. For the same one it is the same key.
            WatchKey key = folder.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_DELETE,
                    StandardWatchEventKinds.ENTRY_MODIFY);
            if (!key.equals(watched)) {
                if (watched != null) {
                    watched.cancel();
                }
                watched = key;
                return true;
            }
            WatchKey told = service.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
            if (told == null) {
                return true;
            }
            TimeUnit.NANOSECONDS.sleep(TO_SETTLE.toNanos());
            told.pollEvents();
            told.reset();
            return true;
        } catch (IOException | ClosedWatchServiceException e) {
            LOG.log(Level.FINEST, e, () -> "no events of " + folder + ": " + e);
            return false;
        }
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            LOG.log(Level.FINEST, e, () -> "cannot stop to wait for events of " + folder);
        }
    }
}
