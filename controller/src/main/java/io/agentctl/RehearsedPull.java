package io.agentctl;

import io.agentctl.pki.ImaginarySite;
import io.agentctl.pki.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
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
 * @param site whose fetcher asks
 * @param protocol the version of TLS
 */
record RehearsedPull(int port, ImaginarySite site, String protocol) {
    private static final int TIMEOUT = 300_000;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);

    /**
     * Pulls.
     *
     * @param patience how long to wait for the port to be opened
     * @throws IOException if nothing was served
     */
    void within(Duration patience) throws IOException, GeneralSecurityException, InterruptedException {
        try (Socket socket = connect(System.nanoTime() + patience.toNanos())) {
            socket.setSoTimeout(TIMEOUT);
            // The announcement of TLS, in the clear.
            socket.getInputStream().readNBytes(2);
            String name = site.uuid().toString();
            SSLSocket tls = (SSLSocket) context().getSocketFactory().createSocket(socket, name, port, true);
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            parameters.setProtocols(new String[] {protocol});
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
        trusted.setCertificateEntry("root", site.root());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new TlsIdentity(site.fetcher())}, trust.getTrustManagers(), null);
        return context;
    }
}
