package io.agentctl.site;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.TestCa;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The rules of the agent receiver: what it demands of a request, and what it answers. Knows no sockets. */
final class ReceiverApi {
    private final Roster roster;
    private final TestCa agentCa;
    private volatile String rootCert;
    private volatile Signing signing = Signing.PROPER;

    ReceiverApi(Roster roster, TestCa agentCa, String rootCert) {
        this.roster = roster;
        this.agentCa = agentCa;
        this.rootCert = rootCert;
    }

    void rootCert(String pem) {
        rootCert = pem;
    }

    void signing(Signing next) {
        signing = next;
    }

    /**
     * Does what a request asks for.
     *
     * @param request the request
     * @param hostInUrl what stands behind the endpoint's name in the URL, perhaps nothing
     * @return the answer
     * @throws Refusal if a rule forbids it
     */
    Answer answer(ReceivedRequest request, String hostInUrl) throws Refusal {
        return switch (request.endpoint()) {
            case REGISTER_EXISTING -> {
                requireUser(request);
                yield registerExisting(request);
            }
            case REGISTER_EXISTING_TOKEN -> {
                String token = requireToken(request);
                Answer answer = registerExisting(request);
                roster.use(token);
                yield answer;
            }
            case REGISTER_NEW -> {
                requireUser(request);
                yield registerNew(request);
            }
            case REGISTER_NEW_ONGOING -> {
                requireUser(request);
                yield ongoing(uuid(hostInUrl));
            }
            case REGISTRATION_STATUS -> status(requireHost(request, hostInUrl));
            case RENEW_CERTIFICATE -> renew(requireHost(request, hostInUrl), request);
            case AGENT_DATA -> deliver(requireHost(request, hostInUrl), request);
            case DISCOVERY -> throw new IllegalArgumentException("discovery is not the agent receiver's");
        };
    }

    private Answer registerExisting(ReceivedRequest request) throws Refusal {
        Map<String, Object> body = json(request);
        UUID uuid = uuid(text(body, "uuid"));
        X509Certificate certificate = sign(text(body, "csr"), uuid);
        String hostName = text(body, "host_name");
        ConnectionMode mode =
                roster.mode(hostName).orElseThrow(() -> new Refusal(404, "Host " + hostName + " does not exist."));
        roster.register(uuid, hostName, mode);
        return Answer.json(
                Map.of("root_cert", rootCert, "agent_cert", pem(certificate), "connection_mode", mode.label()));
    }

    private Answer registerNew(ReceivedRequest request) throws Refusal {
        Map<String, Object> body = json(request);
        UUID uuid = uuid(text(body, "uuid"));
        X509Certificate certificate = sign(text(body, "csr"), uuid);
        if (!(body.get("agent_labels") instanceof Map<?, ?> labels)) {
            throw new Refusal(Answer.invalid("agent_labels", "Field required"));
        }
        roster.asks(
                uuid,
                new Roster.Request(
                        certificate,
                        labels.entrySet().stream().collect(Collectors.toMap(label -> (String) label.getKey(), label ->
                                (String) label.getValue()))));
        return Answer.json(Map.of("root_cert", rootCert));
    }

    private Answer ongoing(UUID uuid) throws Refusal {
        Roster.Request request =
                roster.request(uuid).orElseThrow(() -> new Refusal(404, "No registration with this UUID"));
        Decision decision = roster.decision();
        Map<String, String> answer = new LinkedHashMap<>(Map.of("status", decision.status()));
        if (decision.equals(Decision.SUCCESS)) {
            ConnectionMode mode = roster.mode("auto-" + uuid).orElse(ConnectionMode.PULL);
            roster.register(uuid, "auto-" + uuid, mode);
            answer.put("agent_cert", pem(request.certificate()));
            answer.put("connection_mode", mode.label());
        } else if (!decision.reason().isEmpty()) {
            answer.put("reason", decision.reason());
        }
        return Answer.json(answer);
    }

    private Answer status(UUID uuid) {
        return roster.registration(uuid)
                .map(registration -> Answer.json(Map.of(
                        "status", "Registered",
                        "hostname", registration.hostName(),
                        "connection_mode", registration.mode().label())))
                .orElseGet(() -> Answer.json(Map.of("status", "NotRegistered")));
    }

    private Answer renew(UUID uuid, ReceivedRequest request) throws Refusal {
        requireRegistered(uuid);
        return Answer.json(Map.of("agent_cert", pem(sign(text(json(request), "csr"), uuid))));
    }

    private Answer deliver(UUID uuid, ReceivedRequest request) throws Refusal {
        if (requireRegistered(uuid).mode() != ConnectionMode.PUSH) {
            throw new Refusal(403, "Host is not configured as push host.");
        }
        String compression = request.header("compression").orElse("");
        if (!compression.equals("zlib")) {
            throw new Refusal(400, "Unsupported compression algorithm: '" + compression + "'");
        }
        byte[] file = FilePart.find(request.header("content-type").orElse(""), request.body(), "monitoring_data")
                .orElseThrow(() -> new Refusal(Answer.invalid("monitoring_data", "Expected a file")));
        roster.deliver(uuid, inflated(file));
        return Answer.noContent();
    }

    private Roster.Registration requireRegistered(UUID uuid) throws Refusal {
        return roster.registration(uuid).orElseThrow(() -> new Refusal(403, "Host is not registered."));
    }

    private void requireUser(ReceivedRequest request) throws Refusal {
        String credentials = new String(decoded(authorization(request, "Basic ")), StandardCharsets.UTF_8);
        int colon = credentials.indexOf(':');
        if (colon < 0 || !roster.knows(credentials.substring(0, colon), credentials.substring(colon + 1))) {
            throw new Refusal(401, "User authentication failed");
        }
    }

    private String requireToken(ReceivedRequest request) throws Refusal {
        String token = authorization(request, "CMK-TOKEN ");
        if (!roster.has(token)) {
            throw new Refusal(401, "Token authentication failed");
        }
        return token;
    }

    private static UUID requireHost(ReceivedRequest request, String hostInUrl) throws Refusal {
        UUID uuid = uuid(hostInUrl);
        String peer = request.peer().orElse("missing");
        if (!peer.equals(hostInUrl)) {
            throw new Refusal(
                    400, "Verified client UUID (" + peer + ") does not match UUID in URL (" + hostInUrl + ")");
        }
        return uuid;
    }

    private static String authorization(ReceivedRequest request, String scheme) throws Refusal {
        return request.header("authorization")
                .filter(value -> value.startsWith(scheme))
                .map(value -> value.substring(scheme.length()))
                .orElseThrow(() -> new Refusal(401, "Not authenticated"));
    }

    private static byte[] decoded(String base64) throws Refusal {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new Refusal(401, "Invalid authentication credentials");
        }
    }

    private X509Certificate sign(String csr, UUID uuid) throws Refusal {
        try {
            TestCa.AgentRequest request = TestCa.AgentRequest.read(csr);
            if (request.version() != 0) {
                throw new Refusal(Answer.invalid("csr", "Unsupported version " + request.version()));
            }
            if (!request.subject().equals("CN=" + uuid)) {
                throw new Refusal(400, "The CSR's subject '" + request.subject() + "' is not 'CN=" + uuid + "'");
            }
            return signing.sign(agentCa, request).mint().certificate();
        } catch (PkiException e) {
            throw new Refusal(Answer.invalid("csr", e.getMessage()));
        }
    }

    private static UUID uuid(String text) throws Refusal {
        try {
            UUID uuid = UUID.fromString(text);
            if (uuid.toString().equals(text) && uuid.version() == 4) {
                return uuid;
            }
        } catch (IllegalArgumentException e) {
            throw new Refusal(Answer.invalid("uuid", "'" + text + "' is not a UUID"));
        }
        throw new Refusal(Answer.invalid("uuid", "'" + text + "' is not a UUID of version 4 in lower case"));
    }

    private static Map<String, Object> json(ReceivedRequest request) throws Refusal {
        if (!request.header("content-type").orElse("").startsWith("application/json")) {
            throw new Refusal(Answer.invalid("", "Input should be JSON by its content type"));
        }
        try {
            return JSON.std.mapFrom(request.body().getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new Refusal(Answer.invalid("", "JSON decode error"));
        }
    }

    private static String text(Map<String, Object> body, String field) throws Refusal {
        if (body.get(field) instanceof String text) {
            return text;
        }
        throw new Refusal(Answer.invalid(field, "Field required"));
    }

    private static String inflated(byte[] zlib) throws Refusal {
        StringBuilder text = new StringBuilder();
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(zlib);
            byte[] piece = new byte[64 * 1024];
            while (!inflater.finished()) {
                int count = inflater.inflate(piece);
                if (count == 0 && !inflater.finished()) {
                    throw new Refusal(400, "Decompression of agent data failed: incomplete or truncated stream");
                }
                text.append(new String(piece, 0, count, StandardCharsets.ISO_8859_1));
            }
            if (inflater.getRemaining() > 0) {
                throw new Refusal(400, "Decompression of agent data failed: bytes after the stream's end");
            }
            return text.toString();
        } catch (DataFormatException e) {
            throw new Refusal(400, "Decompression of agent data failed: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }

    private static String pem(X509Certificate certificate) {
        try {
            return Pem.of(certificate);
        } catch (PkiException e) {
            throw new IllegalStateException("a minted certificate has a PEM form", e);
        }
    }
}
