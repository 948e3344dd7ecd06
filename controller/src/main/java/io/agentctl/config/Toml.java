package io.agentctl.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.toml.TomlFactory;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.Map;
import java.util.Optional;

/** TOML 1.0, by a library that hosts with a plain configuration file, or none, do not load. */
final class Toml {
    private static final int MAX_DEPTH = 16;

    private Toml() {}

    /**
     * Reads a file's text.
     *
     * @param path the file
     * @param text its text, not blank
     * @return what stands in it
     * @throws ConfigException if it is not TOML
     */
    static Map<String, Object> parse(Path path, String text) throws ConfigException {
        Optional<Map<String, Object>> plain = PlainToml.read(text);
        return plain.isPresent() ? plain.get() : Library.parsed(path, text);
    }

    /** Reads a file's text by the library, however plain it is. */
    static Map<String, Object> parsed(Path path, String text) throws ConfigException {
        return Library.parsed(path, text);
    }

    /** Apart, or whoever reads plain files would load the library's classes. */
    private static final class Library {
        static Map<String, Object> parsed(Path path, String text) throws ConfigException {
            TomlFactory factory = TomlFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build();
            try {
                return JSON.builder(factory).build().mapFrom(text);
            } catch (JsonProcessingException e) {
                throw new ConfigException(
                        path + position(e.getLocation()) + ": "
                                + e.getOriginalMessage().lines().findFirst().orElse("malformed"),
                        e);
            } catch (NumberFormatException | DateTimeException e) {
                // Which the library does not wrap.
                throw new ConfigException(path + ": it holds a number or a date that is none: " + e.getMessage(), e);
            } catch (IOException e) {
                throw new IllegalStateException("reading a string does no I/O", e);
            }
        }

        private static String position(JsonLocation location) {
            return location == null ? "" : ":" + location.getLineNr() + ":" + location.getColumnNr();
        }
    }
}
