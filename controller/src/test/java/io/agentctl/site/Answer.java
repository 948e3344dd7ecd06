package io.agentctl.site;

import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * An answer of the agent receiver.
 *
 * @param status HTTP status
 * @param contentType the body's type
 * @param body the body, perhaps empty
 */
record Answer(int status, String contentType, String body) {
    private static final String JSON_TYPE = "application/json";

    static Answer json(Map<String, ?> members) {
        return new Answer(200, JSON_TYPE, text(members));
    }

    static Answer detail(int status, String detail) {
        return new Answer(status, JSON_TYPE, text(Map.of("detail", detail)));
    }

    /** What a site answers when a field of the request's body is missing or malformed. */
    static Answer invalid(String field, String message) {
        return new Answer(
                422,
                JSON_TYPE,
                text(Map.of(
                        "detail",
                        List.of(Map.of("loc", List.of("body", field), "msg", message, "type", "value_error")))));
    }

    static Answer noContent() {
        return new Answer(204, JSON_TYPE, "");
    }

    void sendOn(HttpExchange exchange) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private static String text(Map<String, ?> members) {
        try {
            return JSON.std.asString(members);
        } catch (IOException e) {
            throw new IllegalStateException("maps of strings have a JSON form", e);
        }
    }
}
