package io.agentctl.receiver;

import io.agentctl.json.JsonText;
import io.agentctl.json.MalformedJsonException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Puts an error answer into words: what was refused, with which status, what the site says of it, and what to do. */
final class Refusal {
    private static final long MAX_RETRY_AFTER_IN_SECONDS = 86_400;

    private Refusal() {}

    /**
     * Makes an exception of an error answer.
     *
     * @param answer what came back
     * @param refused who refused what
     * @param site the name of the site that was asked for
     */
    static RefusedException of(HttpTransport.Answer answer, String refused, String site) {
        String detail = detail(answer.body())
                .map(ForeignText::printable)
                .filter(text -> !text.isEmpty())
                .map(text -> ": " + text)
                .orElse("");
        String remedy = renamed(answer, site).orElseGet(() -> remedy(answer.status()));
        return new RefusedException(
                answer.status(),
                answer.retryAfter().flatMap(Refusal::seconds),
                refused + " (HTTP status " + answer.status() + ")" + detail + (remedy.isEmpty() ? "" : "; " + remedy));
    }

    /** The header's other form, a date, would have our clock believed. */
    private static Optional<Duration> seconds(String text) {
        return text.matches("[0-9]{1,9}")
                ? Optional.of(Duration.ofSeconds(Math.min(Long.parseLong(text), MAX_RETRY_AFTER_IN_SECONDS)))
                : Optional.empty();
    }

    /** An agent receiver answers under the name of its site alone, and its certificate has that name as well. */
    private static Optional<String> renamed(HttpTransport.Answer answer, String site) {
        return answer.site()
                .filter(name -> answer.status() == 404 && !name.equals(site))
                .map(name -> "the site there is called '" + ForeignText.printable(name) + "', not '" + site
                        + "': if it was renamed, register this host with its new name");
    }

    private static String remedy(int status) {
        return switch (status) {
            case 401 -> "check the user name and the password or token";
            case 403 -> "does the user have the permission, and is the host's configuration active at the site?";
            case 404 -> "check the names of the site and the host";
            case 501 -> "the site's edition does not offer this";
            case 502, 503, 504 -> "is the site running?";
            default -> status >= 500 ? "the site's log of its agent receiver tells more" : "";
        };
    }

    /** The API says {@code {"detail": "text"}}, or a list of objects with {@code loc} and {@code msg}; others say anything. */
    private static Optional<String> detail(String body) {
        try {
            Object detail = JsonText.object(body).get("detail");
            if (detail instanceof List<?> list) {
                return Optional.of(list.stream().map(Refusal::validation).collect(Collectors.joining(", ")));
            }
            return detail instanceof String text ? Optional.of(text) : Optional.empty();
        } catch (MalformedJsonException e) {
            // A proxy's page helps nobody: the status says enough.
            return Optional.empty();
        }
    }

    private static String validation(Object problem) {
        if (problem instanceof Map<?, ?> fields && fields.get("msg") instanceof String message) {
            return fields.get("loc") instanceof List<?> path
                    ? path.stream().map(String::valueOf).collect(Collectors.joining(".")) + ": " + message
                    : message;
        }
        return String.valueOf(problem);
    }
}
