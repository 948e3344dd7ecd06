package io.agentctl.executable;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A native executable's command line: system properties as a JVM would take them, {@code -Dname=value}, and then the user's words, of which none is a
 * property whatever it looks like.
 *
 * @param properties the system properties
 * @param words what the user says
 */
record CommandWords(Map<String, String> properties, List<String> words) {
    private static final String PROPERTY = "-D";

    /** Copies both. */
    CommandWords {
        properties = Map.copyOf(properties);
        words = List.copyOf(words);
    }

    /** Takes a whole command line apart. */
    static CommandWords of(String... line) {
        Map<String, String> properties = new LinkedHashMap<>();
        int taken = 0;
        while (taken < line.length && line[taken].startsWith(PROPERTY)) {
            String[] pair = line[taken].substring(PROPERTY.length()).split("=", 2);
            properties.put(pair[0], pair.length == 1 ? "" : pair[1]);
            taken++;
        }
        return new CommandWords(properties, Arrays.asList(line).subList(taken, line.length));
    }

    /** Makes the properties those of this process, and returns the user's words. */
    String[] taken() {
        properties.forEach(System::setProperty);
        return words.toArray(String[]::new);
    }
}
