package io.agentctl.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Who this process is for the operating system. */
public final class ProcessUser {
    /** Followed by the real, the effective and two further users, as numbers (proc(5)). */
    private static final String USERS = "Uid:";

    private final Path proc;
    private final String name;
    private final Platform platform;

    ProcessUser(Path proc, String name, Platform platform) {
        this.proc = proc;
        this.name = name;
        this.platform = platform;
    }

    /** Returns that of this process. */
    public static ProcessUser current() {
        return new ProcessUser(Path.of("/proc"), System.getProperty("user.name"), Platform.current());
    }

    /** Returns whether that is root, by number where the system has a place for that, else by name; Windows has no such user. */
    public boolean isRoot() {
        return platform != Platform.WINDOWS && effectiveNumber().orElse(name).matches("0|root");
    }

    private Optional<String> effectiveNumber() {
        try {
            return Files.readAllLines(proc.resolve(Path.of("self", "status")), StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.startsWith(USERS))
                    .map(line -> List.of(line.substring(USERS.length()).strip().split("\\s+", -1)))
                    .filter(numbers -> numbers.size() > 1)
                    .map(numbers -> numbers.get(1))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
