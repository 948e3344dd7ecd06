package io.agentctl.pki;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Names a token, and perhaps a private key on it: a PKCS#11 URI (RFC 7512), of which we know what Java can look for.
 *
 * @param token what the token must say of itself, by the URI's names: {@code token}, {@code serial}, {@code model},
 *     {@code manufacturer}, {@code slot-id}; never empty
 * @param object the key's label
 * @param module the token's driver
 * @param pinFile the file with the PIN
 */
record TokenUri(Map<String, String> token, Optional<String> object, Path module, Optional<Path> pinFile) {
    static final String SCHEME = "pkcs11:";

    private static final List<String> TOKEN_ATTRIBUTES = List.of("token", "serial", "model", "manufacturer", "slot-id");
    private static final int MAX_LENGTH = 4096;
    private static final int PERCENT_CODE_LENGTH = 3;
    private static final int HEXADECIMAL = 16;
    private static final String UNRESERVED = "-._~";

    /** What {@link TokenStorage} puts behind the names of keys: a hyphen and a UUID. */
    private static final Pattern NUMBER = Pattern.compile("-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$");

    /** Sorts what it is given: the order says nothing. */
    TokenUri {
        token = Map.copyOf(token);
    }

    /**
     * Reads a URI.
     *
     * @param text begins with {@link #SCHEME}
     * @return what it names
     * @throws IllegalArgumentException if it cannot be understood, or is not what we can do; never quotes a value
     */
    static TokenUri parse(String text) {
        if (!text.startsWith(SCHEME) || text.length() > MAX_LENGTH) {
            throw unusable("is none, or is longer than " + MAX_LENGTH + " characters");
        }
        String[] parts = text.substring(SCHEME.length()).split("\\?", 2);
        Map<String, String> path = attributes(parts[0], ";");
        Map<String, String> query = attributes(parts.length == 1 ? "" : parts[1], "&");
        if (query.containsKey("pin-value")) {
            throw unusable("holds the PIN itself, which everyone would read who reads the configuration:"
                    + " put it into a file of mode 0600 and name that, pin-source=file:/…");
        }
        Map<String, String> token = new LinkedHashMap<>(path);
        String object = token.remove("object");
        String type = token.remove("type");
        demandKnown(token.keySet().stream(), TOKEN_ATTRIBUTES, "object, type");
        demandKnown(query.keySet().stream(), List.of("module-path", "pin-source"), "");
        if (type != null && !type.equals("private")) {
            throw unusable("has a 'type' other than private");
        }
        if (token.isEmpty()) {
            throw unusable("does not say which token: give token=LABEL, serial=… or slot-id=…");
        }
        if (object != null && !object.matches("[ -~]+")) {
            throw unusable("has an 'object' with other characters than printable ASCII");
        }
        if (!query.containsKey("module-path")) {
            throw unusable("does not name the token's driver: append ?module-path=/usr/lib/….so");
        }
        return new TokenUri(
                token,
                Optional.ofNullable(object),
                absolute(query.get("module-path"), "module-path"),
                Optional.ofNullable(query.get("pin-source")).map(TokenUri::pinFile));
    }

    /** Names a key on the same token. */
    TokenUri named(String name) {
        return new TokenUri(token, Optional.of(name), module, pinFile);
    }

    /** Takes from the name of a key what keys of its kind begin with. */
    TokenUri withoutNumber() {
        return new TokenUri(
                token,
                object.map(name -> NUMBER.matcher(name).replaceFirst("")).filter(name -> !name.isEmpty()),
                module,
                pinFile);
    }

    /** Names the token alone. */
    TokenUri withoutObject() {
        return new TokenUri(token, Optional.empty(), module, pinFile);
    }

    /** Returns the words to call the token by. */
    String description() {
        return "token "
                + new TreeMap<>(token)
                        .entrySet().stream()
                                .map(entry -> entry.getKey().equals("token")
                                        ? "'" + entry.getValue() + "'"
                                        : entry.getKey() + " '" + entry.getValue() + "'")
                                .collect(Collectors.joining(", "));
    }

    /** Returns the URI; it holds no secret. */
    @Override
    public String toString() {
        return SCHEME
                + Stream.of(
                                TOKEN_ATTRIBUTES.stream()
                                        .filter(token::containsKey)
                                        .map(name -> name + "=" + encoded(token.get(name), UNRESERVED)),
                                object.stream().map(name -> "object=" + encoded(name, UNRESERVED) + ";type=private"))
                        .flatMap(attributes -> attributes)
                        .collect(Collectors.joining(";"))
                + "?module-path=" + encoded(module.toString(), UNRESERVED + "/")
                + pinFile.map(file -> "&pin-source=file:" + encoded(file.toString(), UNRESERVED + "/"))
                        .orElse("");
    }

    private static void demandKnown(Stream<String> names, List<String> known, String more) {
        names.filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw unusable("has the attribute '" + name + "', which is not supported here: there are "
                    + String.join(", ", known) + (more.isEmpty() ? "" : ", " + more));
        });
    }

    private static Map<String, String> attributes(String text, String separator) {
        Map<String, String> attributes = new LinkedHashMap<>();
        Arrays.stream(text.split(Pattern.quote(separator)))
                .filter(attribute -> !attribute.isEmpty())
                .forEach(attribute -> {
                    String[] parts = attribute.split("=", 2);
                    if (parts.length < 2 || !parts[0].matches("[a-z-]+")) {
                        throw unusable("has an attribute that is not of the form name=value");
                    }
                    if (attributes.put(parts[0], decoded(parts[0], parts[1])) != null) {
                        throw unusable("has the attribute '" + parts[0] + "' twice");
                    }
                });
        return attributes;
    }

    private static Path pinFile(String source) {
        String path = source.startsWith("file:") ? source.substring("file:".length()) : source;
        // file:///path has an empty host.
        return absolute(path.startsWith("///") ? path.substring(2) : path, "pin-source");
    }

    private static Path absolute(String text, String attribute) {
        try {
            Path path = Path.of(text);
            // A quotation mark or a variable would mean something else in the driver's configuration.
            if (path.isAbsolute() && text.chars().noneMatch(c -> c == '"' || c == '$' || c < ' ')) {
                return path;
            }
        } catch (InvalidPathException e) {
            // Said below.
        }
        throw unusable("has a '" + attribute + "' that is not an absolute path");
    }

    private static String decoded(String name, String value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 0;
        while (at < value.length()) {
            char c = value.charAt(at);
            if (c == '%' && value.substring(at).matches("(?s)%[0-9A-Fa-f]{2}.*")) {
                bytes.write(Integer.parseInt(value.substring(at + 1, at + PERCENT_CODE_LENGTH), HEXADECIMAL));
                at += PERCENT_CODE_LENGTH;
            } else if (c == '%') {
                throw unusable("has a '%' in '" + name + "' that two hexadecimal digits do not follow");
            } else {
                int codePoint = value.codePointAt(at);
                bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
                at += Character.charCount(codePoint);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw unusable("has a '" + name + "' that is not UTF-8");
        }
    }

    private static String encoded(String value, String plainMarks) {
        StringBuilder text = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || plainMarks.indexOf(c) >= 0;
            text.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return text.toString();
    }

    private static IllegalArgumentException unusable(String why) {
        return new IllegalArgumentException("PKCS#11 URI " + why);
    }
}
