package io.agentctl.site;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A request that a site received, whatever came of it.
 *
 * @param endpoint what was called
 * @param method the HTTP method
 * @param uri path and query
 * @param headers the header fields, names in lower case
 * @param body the body, one character per byte
 * @param peer the common name of the certificate that the peer showed
 */
public record ReceivedRequest(
        Endpoint endpoint,
        String method,
        String uri,
        Map<String, List<String>> headers,
        String body,
        Optional<String> peer) {

    /** Lower-cases the names of the header fields. */
    public ReceivedRequest {
        headers = headers.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        field -> field.getKey().toLowerCase(Locale.ROOT), field -> List.copyOf(field.getValue())));
    }

    /**
     * Returns a header field.
     *
     * @param name its name in any case
     * @return its first value
     */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }
}
