package io.agentctl.cli;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code --server} holds.
 *
 * @param host a name or an address; IPv6 in brackets
 * @param port the agent receiver's port, if it was named
 */
record ServerAddress(String host, OptionalInt port) {
    private static final int MAX_PORT = 65_535;
    private static final Pattern FORM = Pattern.compile("(\\[[^\\[\\]/]+]|[^\\[\\]:/\\s]+)(?::([0-9]{1,5}))?");

    /**
     * Reads the option's value.
     *
     * @param text {@code HOST[:PORT]}
     * @return the address
     * @throws IllegalArgumentException if the text is malformed
     */
    static ServerAddress parse(String text) {
        if (text.contains("://")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is a URL: --server takes HOST[:PORT], --site the site's name");
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a server: expected HOST[:PORT], with an IPv6 address in brackets, such as"
                    + " monitoring.example.com:8000 or [2001:db8::1]:8000");
        }
        if (form.group(2) == null) {
            return new ServerAddress(form.group(1), OptionalInt.empty());
        }
        int port = Integer.parseInt(form.group(2));
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("'" + text + "' has no TCP port: expected 1 to " + MAX_PORT);
        }
        return new ServerAddress(form.group(1), OptionalInt.of(port));
    }
}
