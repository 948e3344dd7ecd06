package io.agentctl;

import io.agentctl.pki.Identity;
import io.agentctl.pki.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * The fetcher's part in a {@link Rehearsal}.
 *
 * @param port where the daemon serves pulls, or will
 * @param uuid the connection to ask for
 * @param puller who asks
 * @param root who issued the daemon's certificate
 */
record RehearsedPull(int port, UUID uuid, Identity puller, X509Certificate root) {
    private static final int TIMEOUT = 300_000;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);

    /**
     * Pulls.
     *
     * @param patience how long to wait for the port to be opened
     * @throws IOException if nothing was served
     */
    void once(Duration patience) throws IOException, GeneralSecurityException, InterruptedException {
        try (Socket socket = connect(System.nanoTime() + patience.toNanos())) {
            socket.setSoTimeout(TIMEOUT);
            // The announcement of TLS, in the clear.
            socket.getInputStream().readNBytes(2);
            SSLSocket tls = (SSLSocket) context().getSocketFactory().createSocket(socket, uuid.toString(), port, true);
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(uuid.toString())));
            tls.setSSLParameters(parameters);
            try (InputStream in = tls.getInputStream()) {
                if (in.readAllBytes().length == 0) {
                    throw new IOException("the rehearsed pull was served nothing");
                }
            }
        }
    }

    private Socket connect(long deadline) throws IOException, InterruptedException {
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (ConnectException e) {
                if (System.nanoTime() >= deadline) {
                    throw e;
                }
                Thread.sleep(BETWEEN_ATTEMPTS.toMillis());
            }
        }
    }

    private SSLContext context() throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("root", root);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new TlsIdentity(puller)}, trust.getTrustManagers(), null);
        return context;
    }
}
