package io.agentctl.pki;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Logger;

/**
 * Certificate revocation lists in a file that somebody else keeps up to date. It is looked at in every handshake, and read when it has changed; a new one
 * that cannot be read leaves the old lists in force. Lists of issuers that are not the connection's do not concern it.
 */
public final class RevocationFile implements Revocation {
    /** Largest file accepted, in bytes: some 20,000 certificates, which in memory are many times as much. */
    static final int MAX_SIZE = 1024 * 1024;

    private static final Logger LOG = Logger.getLogger("io.agentctl.crl");

    private final Path path;
    private final boolean failsClosed;
    private final Clock clock;
    private Optional<Object> read = Optional.empty();
    private Optional<RevocationLists> lists = Optional.empty();
    private String trouble = "";
    private final Set<String> accepted = new HashSet<>();

    /** Tells two states of the file apart. */
    private record Stamp(Object key, Object modified, long size) {}

    /**
     * @param path the file
     * @param failsClosed whether peers are refused where no list that is up to date can be had: none at all, or one whose next update is over
     * @param clock tells the time
     */
    public RevocationFile(Path path, boolean failsClosed, Clock clock) {
        this.path = path;
        this.failsClosed = failsClosed;
        this.clock = clock;
    }

    @Override
    public void check(List<X509Certificate> certificates, List<X509Certificate> roots, PeerCheck.Peer peer)
            throws UntrustedPeerException {
        Optional<RevocationLists> present = present();
        if (present.isEmpty()) {
            doubt("nothing is known of revoked certificates: " + trouble());
            return;
        }
        for (int i = 0; i < certificates.size(); i++) {
            List<X509Certificate> issuers = i + 1 < certificates.size() ? List.of(certificates.get(i + 1)) : roots;
            for (X509Certificate issuer : issuers) {
                Optional<X509CRL> list = present.get().of(issuer);
                if (list.isPresent()) {
                    check(certificates.get(i), list.get(), peer);
                }
            }
        }
    }

    private void check(X509Certificate certificate, X509CRL list, PeerCheck.Peer peer) throws UntrustedPeerException {
        X509CRLEntry entry = list.getRevokedCertificate(certificate.getSerialNumber());
        if (entry != null) {
            throw new UntrustedPeerException("the certificate " + SiteCertificate.quoted(certificate) + " of the "
                    + peer.label() + " was revoked by '" + CommonNames.shown(list.getIssuerX500Principal()) + "' at "
                    + entry.getRevocationDate().toInstant());
        }
        if (RevocationLists.isPartial(list)) {
            doubt("the revocation list of '" + CommonNames.shown(list.getIssuerX500Principal()) + "' in " + path
                    + " is partial, or of a kind that is not understood");
        }
        Instant now = clock.instant();
        if (list.getNextUpdate() != null && now.isAfter(list.getNextUpdate().toInstant())) {
            doubt("the revocation list of '" + CommonNames.shown(list.getIssuerX500Principal()) + "' in " + path
                    + " was to be replaced at " + list.getNextUpdate().toInstant());
        }
    }

    private void doubt(String reason) throws UntrustedPeerException {
        if (failsClosed) {
            throw new UntrustedPeerException(reason + "; put a new list there, or accept that with crl_expired");
        }
        acceptAloud(reason + "; that is accepted (crl_expired)");
    }

    private synchronized String trouble() {
        return trouble;
    }

    /** What was read last, after a look whether there is something newer. */
    private synchronized Optional<RevocationLists> present() {
        try {
            Optional<Object> stamp = Optional.of(stamp());
            if (!stamp.equals(read)) {
                RevocationLists newer = RevocationLists.parse(bytes());
                read = stamp;
                lists = Optional.of(newer);
                accepted.clear();
                LOG.info(() -> "revocation lists were read from " + path + ": "
                        + newer.lists().size());
            }
            trouble = "";
        } catch (IOException e) {
            remember("cannot read " + path + ": " + reason(e));
        } catch (PkiException e) {
            remember(path + ": " + e.getMessage());
        }
        return lists;
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        return e instanceof FileSystemException refused && refused.getReason() != null
                ? refused.getReason()
                : String.valueOf(e.getMessage());
    }

    private Stamp stamp() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new Stamp(Objects.toString(attributes.fileKey()), attributes.lastModifiedTime(), attributes.size());
    }

    private byte[] bytes() throws IOException, PkiException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw new PkiException("it is larger than " + MAX_SIZE / 1024 + " KiB");
            }
            return bytes;
        }
    }

    /** The same is said once, however many handshakes there are. */
    private void remember(String what) {
        if (!what.equals(trouble)) {
            trouble = what;
            LOG.warning(() -> lists.isPresent() ? what + "; the lists that were read last stay in force" : what);
        }
    }

    private synchronized void acceptAloud(String what) {
        if (accepted.add(what)) {
            LOG.warning(what);
        }
    }
}
