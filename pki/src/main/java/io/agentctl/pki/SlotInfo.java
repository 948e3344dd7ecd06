package io.agentctl.pki;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a token says of itself. Java's PKCS#11 provider finds tokens by the number of their slot alone and keeps their labels to
 * itself, but it prints them to standard output when asked to ({@code showInfo}): so that is where they are read.
 *
 * @param attributes by the names that PKCS#11 URIs have for them; empty where there is no token
 */
record SlotInfo(Map<String, String> attributes) {
    private static final Pattern TOKEN = Pattern.compile("^Token info for token in slot (\\d+):$", Pattern.MULTILINE);
    private static final Map<String, String> PRINTED_NAMES =
            Map.of("token", "label", "manufacturer", "manufacturerID", "model", "model", "serial", "serialNumber");

    /** @param <T> what was made meanwhile */
    record Shown<T>(T made, SlotInfo info) {}

    /**
     * Listens to what this thread prints.
     *
     * @param making makes a provider that prints
     * @return what was made, and what it printed
     */
    static <T> Shown<T> listenTo(Supplier<T> making) {
        synchronized (SlotInfo.class) {
            PrintStream before = System.out;
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            System.setOut(new PrintStream(
                    new OneThreadsOutput(Thread.currentThread(), printed, before), true, StandardCharsets.UTF_8));
            try {
                T made = making.get();
                return new Shown<>(made, parse(printed.toString(StandardCharsets.UTF_8)));
            } finally {
                System.setOut(before);
            }
        }
    }

    /** Reads what the provider prints. */
    static SlotInfo parse(String printed) {
        Map<String, String> attributes = new HashMap<>();
        Matcher token = TOKEN.matcher(printed);
        if (token.find()) {
            attributes.put("slot-id", token.group(1));
            String description = printed.substring(token.end());
            PRINTED_NAMES.forEach((name, printedName) ->
                    value(description, printedName).ifPresent(value -> attributes.put(name, value)));
        }
        return new SlotInfo(Map.copyOf(attributes));
    }

    /** Whether it is the token that is looked for. */
    boolean fits(Map<String, String> wanted) {
        return attributes.entrySet().containsAll(wanted.entrySet());
    }

    /** Returns the words for it in a list of what there is. */
    Optional<String> description() {
        String label = attributes.getOrDefault("token", "");
        return label.isEmpty()
                ? Optional.empty()
                : Optional.of("'" + label + "' (slot-id " + attributes.get("slot-id") + ")");
    }

    /** Lists tokens for a human. */
    static String list(List<SlotInfo> infos) {
        String list =
                infos.stream().flatMap(info -> info.description().stream()).collect(Collectors.joining(", "));
        return list.isEmpty() ? "there is none" : "there is " + list;
    }

    /** Tokens fill their texts up with blanks. */
    private static Optional<String> value(String description, String name) {
        Matcher line =
                Pattern.compile("^ +" + name + ": (.*)$", Pattern.MULTILINE).matcher(description);
        return line.find() ? Optional.of(line.group(1).strip()) : Optional.empty();
    }

    /** Keeps what one thread writes, and lets the others' output through. */
    private static final class OneThreadsOutput extends OutputStream {
        private final Thread thread;
        private final OutputStream kept;
        private final PrintStream others;

        OneThreadsOutput(Thread thread, OutputStream kept, PrintStream others) {
            this.thread = thread;
            this.kept = kept;
            this.others = others;
        }

        @Override
        public void write(int b) throws java.io.IOException {
            (Thread.currentThread() == thread ? kept : others).write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws java.io.IOException {
            (Thread.currentThread() == thread ? kept : others).write(bytes, offset, length);
        }

        @Override
        public void flush() throws java.io.IOException {
            others.flush();
        }
    }
}
