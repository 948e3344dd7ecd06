package io.agentctl.receiver;

import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.json.JsonText;
import io.agentctl.json.MalformedJsonException;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.Identity;
import io.agentctl.pki.PeerCheck;
import io.agentctl.pki.TlsPolicy;
import java.net.MalformedURLException;
import java.net.URL;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The agent receiver over HTTPS. Every call is a connection of its own; thread-safe. */
public final class HttpAgentReceiver implements AgentReceiver {
    private final ReceiverAddress address;
    private final HttpTransport transport;

    /**
     * @param address where the agent receiver answers
     * @param check whom to take for it
     * @param identity who we are there; empty before the registration
     * @param proxies what stands in between
     * @param timeouts how long a call may take
     */
    public HttpAgentReceiver(
            ReceiverAddress address,
            PeerCheck check,
            Optional<Identity> identity,
            ProxyEnvironment proxies,
            Timeouts timeouts) {
        this(address, check, identity, proxies, timeouts, TlsPolicy.SINCE_1_2);
    }

    /**
     * @param address where the agent receiver answers
     * @param check whom to take for it
     * @param identity who we are there; empty before the registration
     * @param proxies what stands in between
     * @param timeouts how long a call may take
     * @param policy how TLS is spoken
     */
    public HttpAgentReceiver(
            ReceiverAddress address,
            PeerCheck check,
            Optional<Identity> identity,
            ProxyEnvironment proxies,
            Timeouts timeouts,
            TlsPolicy policy) {
        this.address = address;
        this.transport = new HttpTransport(TlsClient.trusting(check, identity, policy), proxies, timeouts);
    }

    /**
     * Looks at what the agent receiver presents, without asking it anything.
     *
     * @return its certificate and any intermediate ones
     * @throws ReceiverException if the site cannot be reached or is refused
     */
    public List<X509Certificate> certificateChain() throws ReceiverException {
        return transport.certificateChain(url(""));
    }

    @Override
    public RegisteredHost registerExisting(Credentials credentials, HostRequest request) throws ReceiverException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("uuid", request.uuid().toString());
        fields.put("csr", request.csr());
        fields.put("host_name", request.hostName());
        String path = credentials instanceof Credentials.OneTimeToken ? "register_existing_token" : "register_existing";
        return ask(
                post(path, authorized(credentials), fields),
                "register host '" + request.hostName() + "' for " + credentials,
                answer -> new RegisteredHost(text(answer, "root_cert"), text(answer, "agent_cert"), mode(answer)));
    }

    @Override
    public String registerNew(Credentials credentials, NewHostRequest request) throws ReceiverException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("uuid", request.uuid().toString());
        fields.put("csr", request.csr());
        fields.put("agent_labels", request.labels());
        return ask(
                post("register_new", authorized(credentials), fields),
                "register a new host for " + credentials,
                answer -> text(answer, "root_cert"));
    }

    @Override
    public RegistrationProgress registrationProgress(Credentials credentials, UUID uuid) throws ReceiverException {
        return ask(
                new HttpTransport.Call(
                        "POST",
                        url("register_new_ongoing/" + uuid),
                        authorized(credentials),
                        Optional.of(new TextUpload(""))),
                "go on with the registration of " + uuid,
                answer -> switch (text(answer, "status")) {
                    case "InProgress" -> new RegistrationProgress.InProgress();
                    case "Declined" -> new RegistrationProgress.Declined(ForeignText.printable(text(answer, "reason")));
                    case "Success" -> new RegistrationProgress.Success(text(answer, "agent_cert"), mode(answer));
                    default -> throw new MalformedJsonException("at status: expected InProgress, Declined or Success");
                });
    }

    @Override
    public String renewCertificate(UUID uuid, String csr) throws ReceiverException {
        return ask(
                post("renew_certificate/" + uuid, Map.of(), Map.of("csr", csr)),
                "renew the certificate of " + uuid,
                answer -> text(answer, "agent_cert"));
    }

    @Override
    public void sendAgentData(UUID uuid, Upload data) throws ReceiverException {
        FormFile form = new FormFile(data, "agent-ctl-" + UUID.randomUUID());
        HttpTransport.Answer answer = transport.exchange(new HttpTransport.Call(
                "POST",
                url("agent_data/" + uuid),
                Map.of("compression", "zlib", "Content-Type", form.contentType()),
                Optional.of(form)));
        if (answer.status() != 204 && answer.status() != 200) {
            throw refusal(answer, "take data of " + uuid);
        }
    }

    @Override
    public RegistrationStatus registrationStatus(UUID uuid) throws ReceiverException {
        return registrationReply(uuid).status();
    }

    /**
     * Asks as {@link #registrationStatus} does, and looks at the site's clock as well.
     *
     * @param uuid the connection's UUID
     * @return what the site knows of it, and when that was
     * @throws ReceiverException if the site cannot be reached, refuses, or answers something else
     */
    public RegistrationReply registrationReply(UUID uuid) throws ReceiverException {
        HttpTransport.Answer answer = transport.exchange(
                new HttpTransport.Call("GET", url("registration_status_v2/" + uuid), Map.of(), Optional.empty()));
        return new RegistrationReply(
                read(answer, "tell the registration status of " + uuid, fields -> switch (text(fields, "status")) {
                    case "NotRegistered" -> new RegistrationStatus.NotRegistered();
                    case "Registered" -> new RegistrationStatus.Registered(text(fields, "hostname"), mode(fields));
                    default -> throw new MalformedJsonException("at status: expected NotRegistered or Registered");
                }),
                answer.date());
    }

    /** Makes a typed answer of a JSON object. */
    @FunctionalInterface
    private interface Reading<T> {
        T of(Map<String, Object> answer) throws MalformedJsonException;
    }

    private <T> T ask(HttpTransport.Call call, String purpose, Reading<T> reading) throws ReceiverException {
        return read(transport.exchange(call), purpose, reading);
    }

    private <T> T read(HttpTransport.Answer answer, String purpose, Reading<T> reading) throws ReceiverException {
        if (answer.status() != 200) {
            throw refusal(answer, purpose);
        }
        try {
            return reading.of(JsonText.object(answer.body()));
        } catch (MalformedJsonException e) {
            throw malformed(e);
        }
    }

    private RefusedException refusal(HttpTransport.Answer answer, String purpose) {
        return Refusal.of(
                answer,
                "the agent receiver at " + address + " refused to " + purpose,
                address.siteId().site());
    }

    private static Map<String, String> authorized(Credentials credentials) {
        return Map.of("Authorization", credentials.authorization());
    }

    private HttpTransport.Call post(String path, Map<String, String> headers, Map<String, Object> fields) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Content-Type", "application/json");
        return new HttpTransport.Call("POST", url(path), all, Optional.of(new TextUpload(JsonText.compact(fields))));
    }

    private MalformedAnswerException malformed(MalformedJsonException e) {
        return new MalformedAnswerException(
                "cannot understand the answer of " + address + ": " + e.getMessage()
                        + "; is this an agent receiver's port?",
                e);
    }

    private static String text(Map<String, Object> answer, String field) throws MalformedJsonException {
        return JsonText.string(answer.get(field), field);
    }

    private static ConnectionMode mode(Map<String, Object> answer) throws MalformedJsonException {
        return ConnectionMode.of(text(answer, "connection_mode"))
                .orElseThrow(() -> new MalformedJsonException("at connection_mode: expected pull-agent or push-agent"));
    }

    private URL url(String path) {
        try {
            return new URL(
                    "https",
                    address.siteId().server(),
                    address.port(),
                    "/" + address.siteId().site() + "/agent-receiver/" + path);
        } catch (MalformedURLException e) {
            throw new IllegalStateException("a receiver's address has no part that a URL could not hold", e);
        }
    }
}
