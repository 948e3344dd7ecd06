package io.agentctl.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.CertificateRequest;
import io.agentctl.pki.Pem;
import io.agentctl.pki.TestCa;
import io.agentctl.pki.TestKeys;
import io.agentctl.receiver.AgentReceiver.Upload;
import io.agentctl.site.Endpoint;
import io.agentctl.site.Fault;
import io.agentctl.site.ReceivedRequest;
import io.agentctl.site.SimulatedSite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls of a host that is registered: renewal and push. */
class HostCallsTest {
    /** More than a request that the transport holds in memory. */
    private static final int LARGE = 200_000;

    private SimulatedSite site;

    @BeforeEach
    void start() throws IOException {
        site = new SimulatedSite("prod", Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void renewsACertificateAsTheHostItIs() throws Exception {
        Connection host = site.enroll("web1", ConnectionMode.PULL);
        KeyPair next = TestKeys.ec();

        String certificate =
                receiver(host).renewCertificate(host.uuid(), new CertificateRequest(next, host.uuid()).toPem());

        assertThat(Pem.certificate(certificate).getPublicKey()).isEqualTo(next.getPublic());
        ReceivedRequest asked = site.requests(Endpoint.RENEW_CERTIFICATE).get(0);
        assertThat(asked.peer()).contains(host.uuid().toString());
        assertThat(asked.uri()).isEqualTo("/prod/agent-receiver/renew_certificate/" + host.uuid());
        assertThat(asked.body())
                .startsWith("{\"csr\":\"-----BEGIN CERTIFICATE REQUEST-----")
                .endsWith("\"}");
        assertThat(asked.header("authorization")).isEmpty();
    }

    @Test
    void renewsNothingForAHostThatWasRemoved() throws Exception {
        Connection host = site.enroll("web1", ConnectionMode.PULL);
        site.roster().forget(host.uuid());
        String csr = new CertificateRequest(TestKeys.ec(), host.uuid()).toPem();

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> receiver(host).renewCertificate(host.uuid(), csr))
                .withMessage("the agent receiver at " + site.address() + " refused to renew the certificate of "
                        + host.uuid() + " (HTTP status 403): Host is not registered.; does the user have the"
                        + " permission, and is the host's configuration active at the site?")
                .extracting(RefusedException::status)
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, LARGE})
    void deliversTheZlibStreamAsAFile(int size) throws Exception {
        Connection host = site.enroll("web2", ConnectionMode.PUSH);
        String output = noise(size);
        byte[] zlib = deflated(output);

        receiver(host).sendAgentData(host.uuid(), upload(zlib));

        assertThat(site.roster().delivered(host.uuid())).containsExactly(output);
        ReceivedRequest sent = site.requests(Endpoint.AGENT_DATA).get(0);
        assertThat(sent.uri()).isEqualTo("/prod/agent-receiver/agent_data/" + host.uuid());
        assertThat(sent.header("compression")).contains("zlib");
        assertThat(sent.header("content-length"))
                .contains(String.valueOf(sent.body().length()));
        String boundary = sent.header("content-type").orElseThrow().replaceFirst("multipart/form-data; boundary=", "");
        assertThat(sent.body())
                .isEqualTo("--" + boundary + "\r\n"
                        + "Content-Disposition: form-data; name=\"monitoring_data\"; filename=\"agent_data\"\r\n"
                        + "Content-Type: application/octet-stream\r\n\r\n"
                        + new String(zlib, StandardCharsets.ISO_8859_1)
                        + "\r\n--" + boundary + "--\r\n");
    }

    /** Or whoever knows one could write agent output that ends the form early. */
    @Test
    void separatesEveryFormByAnotherBoundary() throws Exception {
        Connection host = site.enroll("web2", ConnectionMode.PUSH);
        Upload data = upload(deflated("<<<check_mk>>>\n"));

        receiver(host).sendAgentData(host.uuid(), data);
        receiver(host).sendAgentData(host.uuid(), data);

        assertThat(site.requests(Endpoint.AGENT_DATA))
                .extracting(request -> request.header("content-type").orElseThrow())
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, LARGE})
    void isRefusedAsAHostThatDoesNotPush(int size) {
        Connection host = site.enroll("web1", ConnectionMode.PULL);

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> receiver(host).sendAgentData(host.uuid(), upload(deflated(noise(size)))))
                .withMessage("the agent receiver at " + site.address() + " refused to take data of " + host.uuid()
                        + " (HTTP status 403): Host is not configured as push host.; does the user have the"
                        + " permission, and is the host's configuration active at the site?");
    }

    @ParameterizedTest
    @CsvSource({"500,1", "500,200000", "503,1", "503,200000"})
    void isRefusedByASiteInTrouble(int status, int size) {
        Connection host = site.enroll("web2", ConnectionMode.PUSH);
        site.fault(Endpoint.AGENT_DATA, Fault.html(status));

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> receiver(host).sendAgentData(host.uuid(), upload(deflated(noise(size)))))
                .withMessage("the agent receiver at " + site.address() + " refused to take data of " + host.uuid()
                        + " (HTTP status " + status + "); "
                        + (status == 500 ? "the site's log of its agent receiver tells more" : "is the site running?"))
                .extracting(RefusedException::status)
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, LARGE})
    void cannotReachASiteThatIsDown(int size) {
        Connection host = site.enroll("web2", ConnectionMode.PUSH);
        site.close();

        assertThatExceptionOfType(UnreachableException.class)
                .isThrownBy(() -> receiver(host).sendAgentData(host.uuid(), upload(deflated(noise(size)))))
                .withMessage("cannot reach localhost:" + site.receiverPort()
                        + ": connection refused; is the site running, and is this its agent receiver's port?");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, LARGE})
    void givesUpOnASiteThatDoesNotAnswer(int size) {
        Connection host = site.enroll("web2", ConnectionMode.PUSH);
        Fault.Silence silence = new Fault.Silence();
        site.fault(Endpoint.AGENT_DATA, silence);

        assertThatExceptionOfType(UnreachableException.class)
                .isThrownBy(() -> new HttpSites(
                                ProxyEnvironment.DIRECT,
                                new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(1)),
                                Clock.systemUTC())
                        .receiverOf(host)
                        .sendAgentData(host.uuid(), upload(deflated(noise(size)))))
                .withMessageStartingWith("cannot reach localhost:" + site.receiverPort() + ": no answer");
        silence.release();
    }

    @Test
    void sendsNothingToAnotherSite() throws Exception {
        Connection host = site.enroll("web2", ConnectionMode.PUSH);
        site.serverIdentity(TestCa.ofSite("prod", Clock.systemUTC()).site("prod"));

        assertThatExceptionOfType(UntrustedReceiverException.class)
                .isThrownBy(() -> receiver(host).sendAgentData(host.uuid(), upload(deflated("<<<check_mk>>>\n"))));

        assertThat(site.requests()).isEmpty();
    }

    /** A source that fails in the middle must not become a whole request. */
    @Test
    void sendsNoPartOfWhatCannotBeRead() {
        Connection host = site.enroll("web2", ConnectionMode.PUSH);
        Upload broken = new Upload() {
            @Override
            public long size() {
                return LARGE;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(new byte[LARGE / 2]);
                throw new IOException("disk failure");
            }
        };

        assertThatExceptionOfType(UnreachableException.class)
                .isThrownBy(() -> receiver(host).sendAgentData(host.uuid(), broken));

        assertThat(site.roster().delivered(host.uuid())).isEmpty();
    }

    private static AgentReceiver receiver(Connection host) throws Exception {
        return new HttpSites(ProxyEnvironment.DIRECT, Timeouts.PATIENT, Clock.systemUTC()).receiverOf(host);
    }

    private static String noise(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] deflated(String output) throws IOException {
        ByteArrayOutputStream zlib = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(zlib)) {
            deflater.write(output.getBytes(StandardCharsets.ISO_8859_1));
        }
        return zlib.toByteArray();
    }

    private static Upload upload(byte[] bytes) {
        return new Upload() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(bytes);
            }
        };
    }
}
