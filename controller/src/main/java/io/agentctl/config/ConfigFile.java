package io.agentctl.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The configuration file {@code cmk-agent-ctl.toml} (TOML 1.0). It is only ever read.
 *
 * @param path the file
 * @param prefix where in it the values stand, with a dot at the end; empty for the top
 * @param values what stands there
 */
record ConfigFile(Path path, String prefix, Map<String, Object> values) {
    private static final int MAX_SIZE = 1024 * 1024;

    /**
     * Reads the file.
     *
     * @param path the file
     * @return its content; nothing if it is missing
     * @throws ConfigException if it is there but cannot be read or is not TOML
     */
    static ConfigFile read(Path path) throws ConfigException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(MAX_SIZE + 1);
        } catch (NoSuchFileException e) {
            return new ConfigFile(path, "", Map.of());
        } catch (AccessDeniedException e) {
            throw new ConfigException(
                    "cannot read " + path + ": permission denied for user '" + System.getProperty("user.name") + "'",
                    e);
        } catch (FileSystemException e) {
            // Its message names the file, too.
            throw new ConfigException(
                    "cannot read " + path + ": " + Objects.requireNonNullElse(e.getReason(), e.toString()), e);
        } catch (IOException e) {
            throw new ConfigException("cannot read " + path + ": " + e.getMessage(), e);
        }
        if (bytes.length > MAX_SIZE) {
            throw new ConfigException(path + " is larger than " + MAX_SIZE / 1024 + " KiB and is no configuration");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new ConfigFile(path, "", text.isBlank() ? Map.of() : Toml.parse(path, text));
        } catch (CharacterCodingException e) {
            throw new ConfigException(path + ": it is not UTF-8 text", e);
        }
    }

    /** Returns the keys that nobody will ask for: misspelt, or of a newer version. */
    Set<String> unknown(Set<String> known) {
        Set<String> unknown = new TreeSet<>(values.keySet());
        unknown.removeAll(known);
        return unknown;
    }

    /** Returns a key as it is found in the file. */
    String named(String key) {
        return prefix + key;
    }

    /** Returns the tables in a table. */
    Map<String, ConfigFile> tables(String key) throws ConfigException {
        Map<String, ConfigFile> tables = new LinkedHashMap<>();
        if (values.containsKey(key)) {
            if (!(values.get(key) instanceof Map<?, ?> entries)) {
                throw unexpected(key, "a table of tables");
            }
            for (Map.Entry<?, ?> entry : entries.entrySet()) {
                if (!(entry.getValue() instanceof Map<?, ?> table)) {
                    throw unexpected(key + "." + entry.getKey(), "a table");
                }
                Map<String, Object> fields = new LinkedHashMap<>();
                table.forEach((name, value) -> fields.put(String.valueOf(name), value));
                String name = String.valueOf(entry.getKey());
                tables.put(name, new ConfigFile(path, named(key) + ".\"" + name + "\".", fields));
            }
        }
        return tables;
    }

    Optional<Setting<Integer>> integer(String key, int least, int most) throws ConfigException {
        if (!values.containsKey(key)) {
            return Optional.empty();
        }
        if (values.get(key) instanceof Integer number && number >= least && number <= most) {
            return Optional.of(setting(number));
        }
        throw unexpected(key, "a whole number from " + least + " to " + most);
    }

    Optional<Setting<Boolean>> bool(String key) throws ConfigException {
        if (!values.containsKey(key)) {
            return Optional.empty();
        }
        if (values.get(key) instanceof Boolean truth) {
            return Optional.of(setting(truth));
        }
        throw unexpected(key, "true or false");
    }

    Optional<Setting<String>> text(String key) throws ConfigException {
        if (!values.containsKey(key)) {
            return Optional.empty();
        }
        if (values.get(key) instanceof String text) {
            return Optional.of(setting(text));
        }
        throw unexpected(key, "a text in quotation marks");
    }

    Optional<Setting<List<String>>> texts(String key) throws ConfigException {
        if (!values.containsKey(key)) {
            return Optional.empty();
        }
        if (values.get(key) instanceof List<?> list) {
            List<String> texts = new ArrayList<>();
            for (Object element : list) {
                if (!(element instanceof String text)) {
                    throw unexpected(key, "a list of texts in quotation marks");
                }
                texts.add(text);
            }
            return Optional.of(setting(List.copyOf(texts)));
        }
        throw unexpected(key, "a list of texts in quotation marks");
    }

    private <T> Setting<T> setting(T value) {
        return new Setting<>(value, Setting.FILE + path);
    }

    private ConfigException unexpected(String key, String expected) {
        return new ConfigException(path + ": " + named(key) + " must be " + expected);
    }
}
