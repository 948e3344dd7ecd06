package io.agentctl.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.pki.CertificateRequest;
import io.agentctl.pki.Pem;
import io.agentctl.pki.TestCa;
import io.agentctl.pki.TestCa.Issued;
import io.agentctl.pki.TestKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyStore;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.zip.DeflaterOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A simulator that accepts everything would make every other test worthless: it refuses what sites refuse. */
class SimulatedSiteTest {
    private static final String USER = "Basic " + base64("automation:right");

    private final UUID uuid = UUID.randomUUID();
    private final KeyPair key = TestKeys.ec();
    private SimulatedSite site;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", Clock.systemUTC());
        site.roster()
                .user("automation", "right")
                .token("0:once")
                .host("web1", ConnectionMode.PULL)
                .host("web2", ConnectionMode.PUSH);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void registersAKnownHost() throws Exception {
        HttpResponse<String> answer = register(USER, uuid, csr(key, uuid), "web1");

        assertThat(answer.statusCode()).isEqualTo(200);
        Map<String, Object> body = JSON.std.mapFrom(answer.body());
        assertThat(body)
                .containsOnlyKeys("root_cert", "agent_cert", "connection_mode")
                .containsEntry("root_cert", site.ca().pem())
                .containsEntry("connection_mode", "pull-agent");
        assertThat(Pem.certificate((String) body.get("agent_cert")).getPublicKey())
                .isEqualTo(key.getPublic());
        assertThat(site.roster().registration(uuid)).contains(new Roster.Registration("web1", ConnectionMode.PULL));
    }

    @Test
    void refusesAWrongPassword() throws Exception {
        HttpResponse<String> answer = register("Basic " + base64("automation:wrong"), uuid, csr(key, uuid), "web1");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).isEqualTo("{\"detail\":\"User authentication failed\"}");
        assertThat(site.roster().registered()).isEmpty();
    }

    @Test
    void refusesAnUnknownHost() throws Exception {
        assertThat(register(USER, uuid, csr(key, uuid), "web9").statusCode()).isEqualTo(404);
    }

    @Test
    void refusesARequestForAnotherUuid() throws Exception {
        HttpResponse<String> answer = register(USER, uuid, csr(key, UUID.randomUUID()), "web1");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("is not 'CN=" + uuid + "'");
    }

    @Test
    void refusesARequestSignedByAnotherKey() throws Exception {
        KeyPair mixed = new KeyPair(TestKeys.ec().getPublic(), key.getPrivate());

        HttpResponse<String> answer = register(USER, uuid, csr(mixed, uuid), "web1");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("\"loc\":[\"body\",\"csr\"]").contains("not signed by its own key");
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        assertThat(register(USER, uuid, "nonsense", "web1").statusCode()).isEqualTo(422);
    }

    @Test
    void takesATokenOnce() throws Exception {
        Map<String, Object> body = Map.of("uuid", uuid.toString(), "csr", csr(key, uuid), "host_name", "web1");

        assertThat(post("register_existing_token", "CMK-TOKEN 0:other", body).statusCode())
                .isEqualTo(401);
        assertThat(post("register_existing_token", "CMK-TOKEN 0:once", body).statusCode())
                .isEqualTo(200);
        assertThat(post("register_existing_token", "CMK-TOKEN 0:once", body).statusCode())
                .isEqualTo(401);
    }

    @Test
    void createsAHostWhenItIsDecided() throws Exception {
        post(
                "register_new",
                USER,
                Map.of("uuid", uuid.toString(), "csr", csr(key, uuid), "agent_labels", Map.of("a", "b")));
        site.roster().decide(Decision.IN_PROGRESS);
        assertThat(ongoing()).isEqualTo(Map.of("status", "InProgress"));
        site.roster().decide(Decision.declined("no"));
        assertThat(ongoing()).isEqualTo(Map.of("status", "Declined", "reason", "no"));
        site.roster().decide(Decision.SUCCESS);
        assertThat(ongoing()).containsOnlyKeys("status", "agent_cert", "connection_mode");
        assertThat(site.roster().request(uuid).orElseThrow().labels()).isEqualTo(Map.of("a", "b"));
    }

    @Test
    void tellsAHostItsStatus() throws Exception {
        Issued agent = site.agentCa().agent(uuid);

        assertThat(get(client(agent), "registration_status_v2/" + uuid).body())
                .isEqualTo("{\"status\":\"NotRegistered\"}");
        site.roster().register(uuid, "web1", ConnectionMode.PULL);
        assertThat(JSON.std.mapFrom(
                        get(client(agent), "registration_status_v2/" + uuid).body()))
                .isEqualTo(Map.of("status", "Registered", "hostname", "web1", "connection_mode", "pull-agent"));
    }

    @Test
    void refusesAHostWithoutCertificate() throws Exception {
        site.roster().register(uuid, "web1", ConnectionMode.PULL);

        HttpResponse<String> answer = get(client(null), "registration_status_v2/" + uuid);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("Verified client UUID (missing)");
    }

    @Test
    void refusesAHostThatAsksAboutAnother() throws Exception {
        site.roster().register(uuid, "web1", ConnectionMode.PULL);
        Issued other = site.agentCa().agent(UUID.randomUUID());

        assertThat(get(client(other), "registration_status_v2/" + uuid).statusCode())
                .isEqualTo(400);
    }

    @Test
    void refusesACertificateOfAnotherCa() throws Exception {
        Issued forged = TestCa.ofAgents("prod", Clock.systemUTC()).agent(uuid);

        assertThatThrownBy(() -> get(client(forged), "registration_status_v2/" + uuid))
                .isInstanceOf(IOException.class);
    }

    @Test
    void renewsForRegisteredHostsOnly() throws Exception {
        HttpClient client = client(site.agentCa().agent(uuid));
        Map<String, Object> body = Map.of("csr", csr(TestKeys.ec(), uuid));

        assertThat(post(client, "renew_certificate/" + uuid, body).statusCode()).isEqualTo(403);
        site.roster().register(uuid, "web1", ConnectionMode.PULL);
        assertThat(post(client, "renew_certificate/" + uuid, body).statusCode()).isEqualTo(200);
    }

    @Test
    void takesOutputOfPushHostsOnly() throws Exception {
        HttpClient client = client(site.agentCa().agent(uuid));

        assertThat(deliver(client, "; filename=\"x\"").statusCode()).isEqualTo(403);
        site.roster().register(uuid, "web1", ConnectionMode.PULL);
        assertThat(deliver(client, "; filename=\"x\"").statusCode()).isEqualTo(403);
        site.roster().register(uuid, "web2", ConnectionMode.PUSH);
        assertThat(deliver(client, "").statusCode()).isEqualTo(422);
        assertThat(deliver(client, "; filename=\"x\"").statusCode()).isEqualTo(204);
        assertThat(site.roster().delivered(uuid)).containsExactly("<<<check_mk>>>\n");
    }

    @Test
    void tellsTheReceiversPort() throws Exception {
        String path = "/prod/check_mk/api/1.0/domain-types/internal/actions/discover-receiver/invoke";
        HttpClient client = client(null);

        for (String base :
                new String[] {"https://localhost:" + site.webPort(), "http://localhost:" + site.plainWebPort()}) {
            HttpResponse<String> answer =
                    client.send(HttpRequest.newBuilder(URI.create(base + path)).build(), BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo(String.valueOf(site.receiverPort()));
        }
    }

    private HttpResponse<String> register(String authorization, UUID who, String csr, String hostName)
            throws Exception {
        return post(
                "register_existing", authorization, Map.of("uuid", who.toString(), "csr", csr, "host_name", hostName));
    }

    private Map<String, Object> ongoing() throws Exception {
        return JSON.std.mapFrom(
                post("register_new_ongoing/" + uuid, USER, Map.of()).body());
    }

    private HttpResponse<String> post(String path, String authorization, Map<String, Object> body) throws Exception {
        return client(null)
                .send(json(path, body).header("Authorization", authorization).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(HttpClient client, String path, Map<String, Object> body) throws Exception {
        return client.send(json(path, body).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder json(String path, Map<String, Object> body) throws IOException {
        return HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.std.asString(new HashMap<>(body))));
    }

    private HttpResponse<String> get(HttpClient client, String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> deliver(HttpClient client, String fileName) throws Exception {
        ByteArrayOutputStream zlib = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(zlib)) {
            deflater.write("<<<check_mk>>>\n".getBytes(StandardCharsets.US_ASCII));
        }
        String body = "--cut\r\nContent-Disposition: form-data; name=\"monitoring_data\"" + fileName + "\r\n\r\n"
                + zlib.toString(StandardCharsets.ISO_8859_1) + "\r\n--cut--\r\n";
        return client.send(
                HttpRequest.newBuilder(uri("agent_data/" + uuid))
                        .header("compression", "zlib")
                        .header("Content-Type", "multipart/form-data; boundary=cut")
                        .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.ISO_8859_1))
                        .build(),
                BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("https://localhost:" + site.receiverPort() + "/prod/agent-receiver/" + path);
    }

    /** A client of the JDK's own making, so that nothing of ours vouches for ours; the site's name must do as host name. */
    private HttpClient client(Issued identity) throws Exception {
        site.serverIdentity(site.ca().issue("prod").dnsNames("localhost").mint());
        KeyStore trusted = emptyStore();
        trusted.setCertificateEntry("ca", site.ca().certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore own = emptyStore();
        if (identity != null) {
            own.setKeyEntry(
                    "agent",
                    identity.privateKey(),
                    new char[0],
                    identity.chain().toArray(java.security.cert.Certificate[]::new));
        }
        keys.init(own, new char[0]);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls)
                .build();
    }

    private static KeyStore emptyStore() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static String csr(KeyPair keyPair, UUID commonName) throws Exception {
        return new CertificateRequest(keyPair, commonName).toPem();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
