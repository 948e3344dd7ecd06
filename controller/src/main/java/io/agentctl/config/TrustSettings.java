package io.agentctl.config;

import io.agentctl.pki.AllowedPeer;
import io.agentctl.pki.TlsPolicy;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the operator can choose about whom to trust, beyond what a registration brings.
 *
 * @param allowedPeers who alone is admitted, by connection
 * @param crlFile where certificate revocation lists are
 * @param crlFailsClosed whether peers are refused where no list that is up to date can be had
 * @param tls the versions of TLS
 * @param unknown keys about connections that no version known to us has
 */
public record TrustSettings(
        Map<String, List<AllowedPeer>> allowedPeers,
        Optional<Path> crlFile,
        Setting<Boolean> crlFailsClosed,
        Setting<TlsPolicy> tls,
        Set<String> unknown) {
    private static final String CONNECTIONS = "connections";
    private static final String ALLOWED_PEERS = "allowed_peers";
    private static final String CRL_FILE = "crl_file";
    private static final String CRL_EXPIRED = "crl_expired";
    private static final String MIN_TLS = "min_tls";

    /** Keys in the file. */
    static final List<Key> KEYS = List.of(
            Key.choice(MIN_TLS, "1.2", "the oldest version of TLS that is spoken", "1.2", "1.3"),
            Key.text(
                    CRL_FILE,
                    "",
                    "an absolute path",
                    "a file of certificate revocation lists, 1 MiB at most: who was taken back; read again when it changes"),
            Key.choice(
                    CRL_EXPIRED,
                    "refuse",
                    "what becomes of those whom no list that is up to date concerns",
                    "refuse",
                    "accept"),
            new Key(
                    CONNECTIONS + ".NAME." + ALLOWED_PEERS,
                    "",
                    "list of common names, `cert-sha256:…` or `key-sha256:…`",
                    "who alone is that connection's site; NAME is `\"server/site\"` in quotation marks, or the UUID of an imported connection"));

    static TrustSettings of(ConfigFile file) throws ConfigException {
        Map<String, List<AllowedPeer>> allowed = new LinkedHashMap<>();
        Set<String> unknown = new TreeSet<>();
        for (Map.Entry<String, ConfigFile> connection : file.tables(CONNECTIONS).entrySet()) {
            peers(connection.getValue()).ifPresent(peers -> allowed.put(connection.getKey(), peers));
            connection
                    .getValue()
                    .unknown(Set.of(ALLOWED_PEERS))
                    .forEach(key -> unknown.add(CONNECTIONS + ".\"" + connection.getKey() + "\"." + key));
        }
        Optional<Setting<String>> crl = file.text(CRL_FILE);
        Setting<String> expired = Setting.strongest("refuse", file.text(CRL_EXPIRED));
        Setting<String> tls = Setting.strongest("1.2", file.text(MIN_TLS));
        return new TrustSettings(
                allowed,
                crl.isEmpty()
                        ? Optional.empty()
                        : Optional.of(crl.get()
                                .require(CRL_FILE, () -> absolute(crl.get().value()))),
                new Setting<>(
                        expired.require(CRL_EXPIRED, () -> one(expired.value(), "refuse", "accept"))
                                .equals("refuse"),
                        expired.origin()),
                new Setting<>(
                        tls.require(MIN_TLS, () -> one(tls.value(), "1.2", "1.3"))
                                        .equals("1.3")
                                ? TlsPolicy.SINCE_1_3
                                : TlsPolicy.SINCE_1_2,
                        tls.origin()),
                unknown);
    }

    private static Optional<List<AllowedPeer>> peers(ConfigFile connection) throws ConfigException {
        Optional<Setting<List<String>>> texts = connection.texts(ALLOWED_PEERS);
        if (texts.isEmpty()) {
            return Optional.empty();
        }
        List<AllowedPeer> peers = new ArrayList<>();
        for (String text : texts.get().value()) {
            peers.add(texts.get().require(connection.named(ALLOWED_PEERS), () -> AllowedPeer.parse(text)));
        }
        if (peers.isEmpty()) {
            throw new ConfigException(connection.path() + ": " + connection.named(ALLOWED_PEERS)
                    + " is empty, which would admit nobody; without it the site is admitted by its CA alone");
        }
        return Optional.of(peers);
    }

    private static String one(String value, String first, String second) {
        if (value.equals(first) || value.equals(second)) {
            return value;
        }
        throw new IllegalArgumentException("'" + value + "' is neither " + first + " nor " + second);
    }

    private static Path absolute(String text) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + text + "' is no path", e);
        }
        throw new IllegalArgumentException("'" + text + "' is no absolute path");
    }
}
