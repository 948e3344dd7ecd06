package io.agentctl.site;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** A site's view of its hosts: their certificates chain to its agent CA and, where the fetcher calls one by name, carry that name. */
final class AgentTrust extends X509ExtendedTrustManager {
    private static final int DNS_NAME = 2;

    private final List<X509Certificate> roots;
    private final Optional<String> dnsName;
    private final Clock clock;

    AgentTrust(List<X509Certificate> roots, Optional<String> dnsName, Clock clock) {
        this.roots = List.copyOf(roots);
        this.dnsName = dnsName;
        this.clock = clock;
    }

    private void check(X509Certificate... chain) throws CertificateException {
        try {
            PKIXParameters parameters = new PKIXParameters(
                    roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet()));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(chain)), parameters);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("certificate verify failed: " + e.getMessage(), e);
        }
        if (dnsName.isPresent() && !dnsNames(chain[0]).contains(dnsName.get())) {
            throw new CertificateException("host name mismatch, certificate is not valid for '" + dnsName.get() + "'");
        }
    }

    private static List<String> dnsNames(X509Certificate certificate) throws CertificateException {
        return Objects.requireNonNullElse(certificate.getSubjectAlternativeNames(), List.<List<?>>of()).stream()
                .map(List.class::cast)
                .filter(name -> name.get(0).equals(DNS_NAME))
                .map(name -> (String) name.get(1))
                .toList();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    /** Sites send no hint which CAs they accept. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
