package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.Security;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys on a real token, SoftHSM's. The only class of this module that makes tokens: a process sees those that its first use found. */
class TokenTest {
    private static final Map<String, SoftToken> TOKENS = new java.util.HashMap<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeTokens() throws Exception {
        SoftToken.assumeInstalled();
        Path configuration = Path.of(System.getenv(SoftToken.VARIABLE));
        deleteAll(configuration.resolveSibling("tokens"));
        for (String label : List.of("first", "second one", "guarded")) {
            TOKENS.put(label, SoftToken.make(label, configuration));
        }
    }

    @ParameterizedTest
    @MethodSource("keyTypes")
    void keepsKeysThatCannotBeTakenAway(KeyType type) throws Exception {
        StoredKey made = KeyStorage.parse(uri("first")).generate(type);
        PrivateKey found = KeyStorage.privateKey(made.text());

        assertThat(made.text())
                .matches("pkcs11:token=first;object=agent-ctl-[0-9a-f-]{36};type=private\\?module-path="
                        + SoftToken.driver() + "&pin-source=file:.*");
        assertThat(List.of(made.keyPair().getPrivate(), found)).allSatisfy(key -> {
            assertThat(key.getEncoded()).isNull();
            assertThat(key.toString()).contains("token object, sensitive, unextractable");
        });
        assertThat(KeyType.of(made.keyPair().getPublic())).contains(type);
        assertThatExceptionOfType(PkiException.class).isThrownBy(() -> Pem.of(found));

        UUID uuid = UUID.randomUUID();
        X509Certificate certificate =
                TestCa.ofAgents("prod", Clock.systemUTC()).agent(new CertificateRequest(made.keyPair(), uuid).toPem());
        assertThat(Identity.stored(made.text(), Pem.of(certificate))
                        .issuedTo(uuid)
                        .certificate())
                .isEqualTo(certificate);
        KeyStorage.destroy(made.text());
    }

    static Stream<KeyType> keyTypes() {
        return Stream.of(KeyType.EC_P256, KeyType.RSA_2048);
    }

    @Test
    void tellsKeysApart() throws Exception {
        StoredKey one = KeyStorage.parse(uri("first")).generate(KeyType.EC_P256);
        StoredKey other = KeyStorage.parse(uri("first")).generate(KeyType.EC_P256);
        StoredKey elsewhere = KeyStorage.parse(uri("second one")).generate(KeyType.EC_P256);
        TestCa ca = TestCa.ofAgents("prod", Clock.systemUTC());
        String certificate = Pem.of(ca.agent(new CertificateRequest(other.keyPair(), UUID.randomUUID()).toPem()));

        assertThat(Identity.stored(other.text(), certificate)).isNotNull();
        for (StoredKey wrong : List.of(one, elsewhere)) {
            assertThatExceptionOfType(PkiException.class)
                    .isThrownBy(() -> Identity.stored(wrong.text(), certificate))
                    .withMessageContaining("was not issued for this private key");
        }
        assertThat(elsewhere.text()).contains("token=second%20one;");
    }

    @Test
    void destroysKeysForGood() throws Exception {
        StoredKey made = KeyStorage.parse(uri("first").replace("token=first", "token=first;object=web"))
                .generate(KeyType.EC_P256);
        String name = made.text().replaceAll(".*object=([^;]*).*", "$1");
        assertThat(name).startsWith("web-");
        assertThat(KeyStorage.of(made.text()))
                .isEqualTo(KeyStorage.parse(uri("first").replace("token=first", "token=first;object=web")));

        KeyStorage.destroy(made.text());
        KeyStorage.destroy(made.text());

        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> KeyStorage.privateKey(made.text()))
                .withMessage("token 'first' has no private key '" + name + "': register again");
    }

    @ParameterizedTest
    @MethodSource("handshakes")
    void shakesHands(KeyType type, String protocol, boolean asServer) throws Exception {
        TestCa site = TestCa.ofSite("prod", Clock.systemUTC());
        UUID uuid = UUID.randomUUID();
        StoredKey key = KeyStorage.parse(uri("first")).generate(type);
        X509Certificate certificate =
                TestCa.ofAgents("prod", Clock.systemUTC()).agent(new CertificateRequest(key.keyPair(), uuid).toPem());
        Identity host = Identity.stored(key.text(), Pem.of(certificate));
        Identity peer = site.site("prod").identity();

        X509Certificate seen = asServer ? seenByClient(host, peer, protocol) : seenByServer(peer, host, protocol);

        assertThat(seen).isEqualTo(certificate);
        KeyStorage.destroy(key.text());
    }

    static Stream<Arguments> handshakes() {
        return keyTypes()
                .flatMap(type -> Stream.of("TLSv1.2", "TLSv1.3")
                        .flatMap(protocol ->
                                Stream.of(true, false).map(server -> Arguments.of(type, protocol, server))));
    }

    @Test
    void signsForManyAtOnce() throws Exception {
        StoredKey made = KeyStorage.parse(uri("first")).generate(KeyType.EC_P256);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> signatures = threads.invokeAll(IntStream.range(0, 40)
                    .mapToObj(number -> (java.util.concurrent.Callable<Boolean>) () -> signs(made, number))
                    .toList());
            for (Future<Boolean> signature : signatures) {
                assertThat(signature.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void sharesATokenWithOtherProcesses() throws Exception {
        StoredKey ours = KeyStorage.parse(uri("first")).generate(KeyType.EC_P256);

        assertThat(TokenProcess.run(List.of(), Map.of(), "find", ours.text())).isEqualTo("EC");
        String theirs = TokenProcess.run(List.of(), Map.of(), "make", uri("first"));
        assertThat(KeyStorage.privateKey(theirs).getAlgorithm()).isEqualTo("EC");
        assertThat(TokenProcess.run(List.of(), Map.of(), "destroy", ours.text()))
                .isEmpty();
        assertThatExceptionOfType(PkiException.class).isThrownBy(() -> KeyStorage.privateKey(ours.text()));
    }

    /** Whatever is not on a token goes on as if there were none. */
    @Test
    void comesLastOfAllProviders() throws Exception {
        KeyStorage.parse(uri("first")).generate(KeyType.EC_P256);

        assertThat(Arrays.stream(Security.getProviders())
                        .map(java.security.Provider::getName)
                        .dropWhile(name -> !name.startsWith("SunPKCS11-agentctl")))
                .isNotEmpty()
                .allMatch(name -> name.startsWith("SunPKCS11-agentctl"));
        assertThat(KeyType.EC_P256.generate().getPrivate().getEncoded()).isNotNull();
    }

    @Test
    void saysWhichTokensThereAre() {
        assertThat(failure(uri("first").replace("token=first", "token=third")))
                .startsWith("token 'third' is not to be found through " + SoftToken.driver() + ", there is ")
                .contains("'second one' (slot-id ")
                .endsWith("; connect it or correct the PKCS#11 URI");
        assertThat(failure(uri("first").replace("token=first", "token=first;serial=0")))
                .startsWith("token serial '0', 'first' is not to be found");
    }

    @Test
    void saysWhatIsWrongWithTheDriver() throws Exception {
        Path none = folder.resolve("none.so");
        Path text = Files.writeString(folder.resolve("text.so"), "no driver");
        Path open = Files.copy(SoftToken.driver(), folder.resolve("open.so"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-r--"));

        assertThat(failure("pkcs11:token=first?module-path=" + none))
                .isEqualTo("there is no PKCS#11 module " + none
                        + ": install the token's driver, or correct 'module-path' in the PKCS#11 URI");
        assertThat(failure("pkcs11:token=first?module-path=" + text))
                .startsWith("the PKCS#11 module " + text + " cannot be used: ")
                .contains("is it a driver for this machine");
        assertThat(failure("pkcs11:token=first?module-path=" + open))
                .startsWith("the PKCS#11 module " + open + " has mode 0664 and owner '")
                .contains("others can change what it does; run: chown root " + open);
    }

    @Test
    void triesAWrongPinOnce() throws Exception {
        SoftToken token = TOKENS.get("guarded");
        Path pin = Files.createFile(folder.resolve("pin"), OwnerOnly.file(folder));
        String uri = token.uri("&pin-source=file:" + pin);
        String refusal = "token 'guarded' refuses the PIN in " + pin
                + ": correct that file; this PIN is not tried again, since tokens lock";

        assertThat(failure(token.uri("")))
                .isEqualTo("token 'guarded' wants a PIN: write it into a file of mode 0600 and append"
                        + " pin-source=file:/… to the PKCS#11 URI");
        assertThat(failure(uri))
                .isEqualTo("the first line of the PIN file " + pin + " is empty, or longer than 256 bytes");
        Files.writeString(pin, "wrong pin\n");
        assertThat(failure(uri)).isEqualTo(refusal);
        assertThat(failure(uri)).isEqualTo(refusal);

        Files.writeString(pin, SoftToken.PIN + "\n");
        assertThat(KeyStorage.parse(uri).generate(KeyType.EC_P256).text()).contains("token=guarded");
    }

    @Test
    void needsAJavaThatKnowsTokens() throws Exception {
        assertThat(TokenProcess.run(
                        List.of("--limit-modules", "java.base,java.logging,java.naming"),
                        Map.of(),
                        "make",
                        uri("first")))
                .isEqualTo("failed: this Java runtime cannot use tokens: it lacks the module jdk.crypto.cryptoki;"
                        + " use one that has it, such as any full JDK");
    }

    private static String uri(String label) {
        return TOKENS.get(label).uri();
    }

    private static String failure(String uri) {
        try {
            return "made " + KeyStorage.parse(uri).generate(KeyType.EC_P256);
        } catch (PkiException e) {
            return e.getMessage();
        }
    }

    private static boolean signs(StoredKey key, int number) throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(number % 2 == 0 ? key.keyPair().getPrivate() : KeyStorage.privateKey(key.text()));
        signature.update((byte) number);
        byte[] signed = signature.sign();
        Signature verification = Signature.getInstance("SHA256withECDSA");
        verification.initVerify(key.keyPair().getPublic());
        verification.update((byte) number);
        return verification.verify(signed);
    }

    private static X509Certificate seenByClient(Identity server, Identity client, String protocol) throws Exception {
        return shakeHands(server, client, protocol)[0];
    }

    private static X509Certificate seenByServer(Identity server, Identity client, String protocol) throws Exception {
        return shakeHands(server, client, protocol)[1];
    }

    /** What the client saw, and what the server saw. */
    private static X509Certificate[] shakeHands(Identity server, Identity client, String protocol) throws Exception {
        ExecutorService serving = Executors.newSingleThreadExecutor();
        try (SSLServerSocket listener = (SSLServerSocket)
                context(server).getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener.setEnabledProtocols(new String[] {protocol});
            listener.setNeedClientAuth(true);
            Future<X509Certificate> seenByServer = serving.submit(() -> {
                try (SSLSocket socket = (SSLSocket) listener.accept()) {
                    socket.setSoTimeout(60_000);
                    socket.getOutputStream().write(1);
                    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
                }
            });
            X509Certificate seenByClient;
            try (SSLSocket socket = (SSLSocket) context(client)
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
                socket.setSoTimeout(60_000);
                assertThat(socket.getInputStream().read()).isEqualTo(1);
                seenByClient = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            }
            // Only now: over TLS 1.2 each side waits for the other's end.
            return new X509Certificate[] {seenByClient, seenByServer.get(1, TimeUnit.MINUTES)};
        } finally {
            serving.shutdownNow();
        }
    }

    private static SSLContext context(Identity identity) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                new KeyManager[] {new TlsIdentity(identity)},
                new TrustManager[] {
                    new TlsTrust(new PeerCheck() {
                        @Override
                        public void check(List<X509Certificate> presented, Peer peer) {
                            // Who the peer is does not matter here.
                        }

                        @Override
                        public List<X509Certificate> authorities() {
                            return List.of();
                        }
                    })
                },
                null);
        return context;
    }

    private static void deleteAll(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
