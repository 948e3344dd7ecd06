package io.agentctl.site;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds a file in a form (RFC 7578). Bodies are taken and given as text with one character per byte. */
final class FilePart {
    private static final Pattern BOUNDARY =
            Pattern.compile("multipart/form-data;.*boundary=\"?([^\";]+)\"?.*", Pattern.CASE_INSENSITIVE);

    private FilePart() {}

    /**
     * Finds the file.
     *
     * @param contentType the request's content type
     * @param body the request's body
     * @param field the name of the form's field
     * @return the file's content; empty if there is no such field or it is not a file
     */
    static Optional<byte[]> find(String contentType, String body, String field) {
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.matches()) {
            return Optional.empty();
        }
        String delimiter = "\r\n--" + boundary.group(1);
        // The first delimiter has no line end before it where the preamble is empty.
        String rest = "\r\n" + body;
        int at = rest.indexOf(delimiter);
        while (at >= 0) {
            int next = rest.indexOf(delimiter, at + delimiter.length());
            int head = rest.indexOf("\r\n\r\n", at);
            if (next < 0 || head < 0 || head > next) {
                return Optional.empty();
            }
            String fields = rest.substring(at + delimiter.length(), head);
            if (Pattern.compile("[; ]name=\"?" + field + "\"?").matcher(fields).find()
                    && fields.contains("filename=")) {
                return Optional.of(rest.substring(head + 4, next).getBytes(StandardCharsets.ISO_8859_1));
            }
            at = next;
        }
        return Optional.empty();
    }
}
