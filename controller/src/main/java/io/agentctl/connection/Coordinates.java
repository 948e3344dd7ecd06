package io.agentctl.connection;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How registries of Checkmk 2.1 say where a site's agent receiver answers: {@code server:port/site} in one text. */
final class Coordinates {
    private static final Pattern FORM = Pattern.compile("(.+):([1-9][0-9]{0,4})/([^/]+)");

    private Coordinates() {}

    /**
     * Reads coordinates.
     *
     * @param text such as {@code monitoring.example.com:8000/prod}
     * @return where the agent receiver answers, or empty if the text is of another form
     */
    static Optional<ReceiverAddress> parse(String text) {
        Matcher form = FORM.matcher(text);
        try {
            return form.matches()
                    ? Optional.of(new ReceiverAddress(
                            new SiteId(form.group(1), form.group(3)), Integer.parseInt(form.group(2))))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
