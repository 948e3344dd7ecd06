package io.agentctl.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the audit log goes.
 *
 * @param destination where
 * @param file the file, if it goes to one
 * @param fileSize how large a file may become, in MiB
 * @param files how many full files are kept
 */
public record AuditSettings(
        Setting<Destination> destination, Optional<Path> file, Setting<Integer> fileSize, Setting<Integer> files) {
    private static final String AUDIT_LOG = "audit_log";
    private static final int DEFAULT_SIZE = 10;
    private static final int DEFAULT_FILES = 4;
    private static final int MOST = 1024;

    /** Keys in the file. */
    static final List<Key> KEYS = List.of(
            Key.text(
                    AUDIT_LOG,
                    "off",
                    "`\"off\"`, `\"stderr\"` or an absolute path",
                    "where the audit log goes: who was served, refused, registered and renewed"),
            Key.number("audit_log_size", DEFAULT_SIZE, 1, MOST, "MiB of a file that is full"),
            Key.number("audit_log_files", DEFAULT_FILES, 0, MOST, "how many full files are kept"));

    /** Where the audit log can go. */
    public enum Destination {
        /** Nowhere. */
        OFF,
        /** With the log, to standard error. */
        STDERR,
        /** To a file of its own. */
        FILE
    }

    static AuditSettings of(ConfigFile file) throws ConfigException {
        Setting<String> text = Setting.strongest("off", file.text(AUDIT_LOG));
        Setting<Integer> size = Setting.strongest(DEFAULT_SIZE, file.integer("audit_log_size", 1, MOST));
        Setting<Integer> files = Setting.strongest(DEFAULT_FILES, file.integer("audit_log_files", 0, MOST));
        Optional<Path> path = switch (text.value()) {
            case "off", "stderr" -> Optional.empty();
            default -> Optional.of(text.require(AUDIT_LOG, () -> absolute(text.value())));
        };
        Destination destination =
                path.isPresent() ? Destination.FILE : text.value().equals("off") ? Destination.OFF : Destination.STDERR;
        return new AuditSettings(new Setting<>(destination, text.origin()), path, size, files);
    }

    private static Path absolute(String text) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(malformed(text), e);
        }
        throw new IllegalArgumentException(malformed(text));
    }

    private static String malformed(String text) {
        return "'" + text + "' is no place for an audit log: expected off, stderr or an absolute path";
    }
}
