package io.agentctl.registration;

import io.agentctl.connection.SiteId;
import io.agentctl.json.JsonText;
import io.agentctl.json.MalformedJsonException;
import io.agentctl.receiver.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code pre_configured_connections.json} wants (protocol.md, section 4): where this host shall register by itself. The file is
 * written by whoever installs hosts, and only ever read by us.
 *
 * @param targets the sites
 * @param labels what they may decide by
 * @param keepsOthers whether connections to other sites stay
 */
public record PreConfigured(List<Target> targets, Map<String, String> labels, boolean keepsOthers) {
    private static final int MAX_SIZE = 16 * 1024 * 1024;
    private static final int MAX_PORT = 65_535;

    /**
     * One site.
     *
     * @param siteId the site
     * @param port the agent receiver's port; empty to ask for it
     * @param credentials who vouches for this host there
     * @param rootCert recognises the site, PEM; empty to take whoever answers for it
     */
    public record Target(SiteId siteId, Optional<Integer> port, Credentials credentials, Optional<String> rootCert) {}

    /**
     * Reads the file.
     *
     * @param file the file
     * @return what it wants; empty if it is missing
     * @throws RegistrationException if it is there but cannot be read or understood; never quotes it
     */
    public static Optional<PreConfigured> read(Path file) throws RegistrationException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw new RegistrationException(
                        file + " is larger than " + MAX_SIZE / (1024 * 1024) + " MiB and is no list of connections",
                        null);
            }
            return Optional.of(parse(new String(bytes, StandardCharsets.UTF_8)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new RegistrationException("cannot read " + file + ": " + e.getMessage(), e);
        } catch (MalformedJsonException e) {
            throw new RegistrationException("cannot understand " + file + ": " + e.getMessage(), e);
        }
    }

    static PreConfigured parse(String json) throws MalformedJsonException {
        Map<String, Object> top = JsonText.object(json);
        List<Target> targets = new ArrayList<>();
        int number = 0;
        for (Map.Entry<String, Object> entry : JsonText.object(top.getOrDefault("connections", Map.of()), "connections")
                .entrySet()) {
            number++;
            targets.add(target(siteId(entry.getKey(), number), entry.getValue()));
        }
        Map<String, String> labels = new LinkedHashMap<>();
        for (Map.Entry<String, Object> label : JsonText.object(
                        top.getOrDefault("agent_labels", Map.of()), "agent_labels")
                .entrySet()) {
            labels.put(label.getKey(), JsonText.string(label.getValue(), "agent_labels." + label.getKey()));
        }
        Object keeps = top.getOrDefault("keep_existing_connections", false);
        if (!(keeps instanceof Boolean)) {
            throw new MalformedJsonException("at keep_existing_connections: expected true or false");
        }
        return new PreConfigured(List.copyOf(targets), labels, (boolean) keeps);
    }

    private static Target target(SiteId siteId, Object value) throws MalformedJsonException {
        String where = "connections." + siteId;
        Map<String, Object> fields = JsonText.object(value, where);
        return new Target(
                siteId,
                port(fields.get("port"), where + ".port"),
                credentials(JsonText.object(fields.get("credentials"), where + ".credentials"), where + ".credentials"),
                fields.get("root_cert") == null
                        ? Optional.empty()
                        : Optional.of(JsonText.string(fields.get("root_cert"), where + ".root_cert")));
    }

    private static SiteId siteId(String key, int number) throws MalformedJsonException {
        try {
            return SiteId.parse(key);
        } catch (IllegalArgumentException e) {
            throw new MalformedJsonException(
                    "at connections: the name of connection " + number + " is not of the form server/site");
        }
    }

    private static Optional<Integer> port(Object value, String where) throws MalformedJsonException {
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Integer port && port >= 1 && port <= MAX_PORT) {
            return Optional.of(port);
        }
        throw new MalformedJsonException("at " + where + ": expected a TCP port, 1 to " + MAX_PORT);
    }

    private static Credentials credentials(Map<String, Object> fields, String where) throws MalformedJsonException {
        return fields.containsKey("ott")
                ? token(JsonText.string(fields.get("ott"), where + ".ott"), where + ".ott")
                : new Credentials.UserPassword(
                        JsonText.string(fields.get("username"), where + ".username"),
                        JsonText.string(fields.get("password"), where + ".password"));
    }

    private static Credentials token(String token, String where) throws MalformedJsonException {
        try {
            return new Credentials.OneTimeToken(token);
        } catch (IllegalArgumentException e) {
            throw new MalformedJsonException("at " + where + ": " + e.getMessage());
        }
    }
}
