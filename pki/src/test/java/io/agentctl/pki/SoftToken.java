package io.agentctl.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A token made of files: SoftHSM's. Its driver reads once per process which tokens there are, from a configuration that the environment
 * variable {@code SOFTHSM2_CONF} names: so tokens must be made before the process under test uses the first.
 */
public final class SoftToken {
    /** The PIN of all tokens. */
    public static final String PIN = "4711-geheim";

    /** Names the configuration to SoftHSM. */
    public static final String VARIABLE = "SOFTHSM2_CONF";

    private static final List<Path> DRIVERS = Stream.of(
                    "/usr/lib/softhsm/libsofthsm2.so",
                    "/usr/lib64/softhsm/libsofthsm2.so",
                    "/usr/lib64/pkcs11/libsofthsm2.so",
                    "/usr/local/lib/softhsm/libsofthsm2.so",
                    "/opt/homebrew/lib/softhsm/libsofthsm2.so")
            .map(Path::of)
            .toList();

    private final String label;
    private final Path configuration;
    private final Path folder;
    private final Path pinFile;

    private SoftToken(String label, Path configuration, Path folder, Path pinFile) {
        this.label = label;
        this.configuration = configuration;
        this.folder = folder;
        this.pinFile = pinFile;
    }

    /** Skips the calling test where SoftHSM is missing. */
    public static void assumeInstalled() {
        Assumptions.assumeTrue(DRIVERS.stream().anyMatch(Files::exists), "SoftHSM (softhsm2) is not installed");
    }

    /** Returns the driver. */
    public static Path driver() {
        return DRIVERS.stream().filter(Files::exists).findFirst().orElseThrow();
    }

    /**
     * Makes a token, and the configuration if need be.
     *
     * @param label its label
     * @param configuration SoftHSM's configuration file; the tokens lie beside it
     * @return the token
     */
    public static SoftToken make(String label, Path configuration) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(configuration.resolveSibling("tokens"));
        Files.writeString(
                configuration,
                "directories.tokendir = " + folder
                        + "\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n");
        ProcessBuilder command = new ProcessBuilder(
                        "softhsm2-util",
                        "--init-token",
                        "--free",
                        "--label",
                        label,
                        "--pin",
                        PIN,
                        "--so-pin",
                        "so-4711")
                .redirectErrorStream(true);
        command.environment().put(VARIABLE, configuration.toString());
        Process process = command.start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException("softhsm2-util: " + output);
        }
        Path pinFile = configuration.resolveSibling(
                "pin-" + label.replaceAll("\\W", "").toLowerCase(Locale.ROOT));
        Files.deleteIfExists(pinFile);
        Files.createFile(pinFile, OwnerOnly.file(pinFile));
        Files.writeString(pinFile, PIN + "\n");
        return new SoftToken(label, configuration, folder, pinFile);
    }

    /** Returns SoftHSM's configuration file. */
    public Path configuration() {
        return configuration;
    }

    /** Returns the file with the PIN. */
    public Path pinFile() {
        return pinFile;
    }

    /** Returns the token's URI. */
    public String uri() {
        return uri("&pin-source=file:" + pinFile);
    }

    /** Returns the token's URI with another way to the PIN. */
    public String uri(String pinSource) {
        return "pkcs11:token=" + label.replace(" ", "%20") + "?module-path=" + driver() + pinSource;
    }

    /** Counts what is stored on all tokens of this configuration: a private key and its certificate are two objects. */
    public long objects() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".object"))
                    .filter(file -> !file.getFileName().toString().equals("token.object"))
                    .count();
        }
    }
}
