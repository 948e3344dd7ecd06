package io.agentctl.cli;

import io.agentctl.pki.CommonNames;
import io.agentctl.pki.Fingerprint;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How the user says that the agent receiver at the other end is the right one. */
final class TrustOptions {
    @ArgGroup(exclusive = true)
    private Choice choice = new Choice();

    /** One of these, else a human is asked. */
    static final class Choice {
        @Option(
                names = "--trust-cert",
                description = "Trust whatever certificate the agent receiver presents, without asking.")
        private boolean trustCert;

        @Option(
                names = "--trust-fingerprint",
                paramLabel = "SHA256",
                description = {
                    "Trust the certificate with this SHA-256 fingerprint only, without asking. At the site:",
                    "openssl x509 -noout -fingerprint -sha256 -in ~/etc/ssl/sites/SITE.pem"
                })
        private Fingerprint fingerprint;
    }

    /** The certificate to insist on, if it is known beforehand. */
    Optional<Fingerprint> fingerprint() {
        return Optional.ofNullable(choice.fingerprint);
    }

    /** Asks a human unless the options have said it all. */
    void confirm(X509Certificate certificate, Terminal terminal) throws CommandException, PkiException {
        if (choice.trustCert || choice.fingerprint != null) {
            return;
        }
        terminal.err().println(Pem.of(certificate));
        terminal.err().println("Issuer:      " + names(CommonNames.of(certificate.getIssuerX500Principal())));
        terminal.err().println("Subject:     " + names(CommonNames.of(certificate.getSubjectX500Principal())));
        terminal.err()
                .println("Valid:       " + certificate.getNotBefore().toInstant() + " to "
                        + certificate.getNotAfter().toInstant());
        terminal.err().println("Fingerprint: SHA-256 " + Fingerprint.of(certificate));
        String answer = terminal.ask("Is this your site? Type 'yes' to trust it: ")
                .orElseThrow(() -> new CommandException(
                        "there is no terminal to ask whether the certificate is trusted: compare its fingerprint with the"
                                + " site's and give --trust-fingerprint " + fingerprintOf(certificate)
                                + ", or trust blindly with --trust-cert"));
        if (!answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
            throw new CommandException("the certificate was not trusted: nothing was registered");
        }
    }

    private static String fingerprintOf(X509Certificate certificate) {
        try {
            return Fingerprint.of(certificate).toString();
        } catch (PkiException e) {
            throw new IllegalStateException("its fingerprint has just been shown", e);
        }
    }

    /** What stands in a stranger's certificate must not steer the terminal that shows it. */
    private static String names(java.util.List<String> commonNames) {
        return String.join(", ", commonNames).replaceAll("\\p{Cntrl}", "?");
    }
}
