package io.agentctl.net;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** Addresses as operators and environments write them. */
public final class AddressFuzz {
    private AddressFuzz() {}

    /** Called by Jazzer, and for every file of the corpus. */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        String text = new String(data, StandardCharsets.UTF_8);
        readAsWritten(text, IpNetwork::parse);
        readAsWritten(text, ListenAddress::parse);
        try {
            HttpProxy.parse(text);
        } catch (IllegalArgumentException e) {
            if (e.getMessage().isEmpty()) {
                throw new AssertionError(e);
            }
        }
    }

    private static <T> void readAsWritten(String text, Function<String, T> parser) {
        try {
            T read = parser.apply(text);
            if (!parser.apply(read.toString()).equals(read)) {
                throw new AssertionError("not read as it was written: " + read);
            }
        } catch (IllegalArgumentException e) {
            if (e.getMessage().isEmpty()) {
                throw new AssertionError(e);
            }
        }
    }
}
