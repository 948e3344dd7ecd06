package io.agentctl.pki;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/** The common names (CN) within a distinguished name (RFC 5280, section 4.1.2.4). */
public final class CommonNames {
    /** Every spelling that a UUID parser of some language accepts: plain, hyphenated, braced, URN; any case. */
    private static final Pattern UUID_SPELLING = Pattern.compile(
            "\\s*(urn:uuid:)?\\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}}?\\s*",
            Pattern.CASE_INSENSITIVE);

    /** 2.5.4.3 as DER. */
    private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}|[\\u0080-\\u009f\\u2028\\u2029]");
    private static final int MAX_SHOWN = 256;

    private CommonNames() {}

    /**
     * Lists the common names of a distinguished name, in whichever type of string they stand: the type is the requesting host's choice,
     * and a UUID must be recognised in each.
     *
     * @param name a subject or an issuer
     * @return its common names as they stand in the certificate, first to last; none if any of them is not text
     */
    public static List<String> of(X500Principal name) {
        return of(DerValue.all(ByteBuffer.wrap(name.getEncoded())).get(0));
    }

    /** Lists the common names of a distinguished name in DER. */
    static List<String> of(DerValue name) {
        List<Optional<String>> commonNames = name.elements().stream()
                .flatMap(relativeName -> relativeName.elements().stream())
                .map(DerValue::elements)
                .filter(attribute -> attribute.get(0).content().equals(ByteBuffer.wrap(COMMON_NAME)))
                .map(attribute -> attribute.get(1).text())
                .toList();
        // Whoever demands a common name must not be content with a guess.
        return commonNames.stream().allMatch(Optional::isPresent)
                ? commonNames.stream().map(Optional::get).toList()
                : List.of();
    }

    /**
     * Writes a distinguished name for messages: on one line and not too long, since it may come from anyone.
     *
     * @param name a subject or an issuer
     * @return the name
     */
    static String shown(X500Principal name) {
        String text = CONTROL.matcher(name.getName()).replaceAll("?");
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }

    /**
     * Tells whether a common name names a host: agents' certificates carry their connection's UUID, sites' never do.
     *
     * @param commonName a common name
     * @return whether it is a UUID in any customary spelling
     */
    public static boolean isUuid(String commonName) {
        return UUID_SPELLING.matcher(commonName).matches();
    }

    /**
     * Tells whether a name is exactly {@code CN=<uuid>} as far as its common names go.
     *
     * @param name a subject
     * @param uuid a connection's UUID
     * @return whether the name has this one common name
     */
    public static boolean isOnly(X500Principal name, UUID uuid) {
        List<String> commonNames = of(name);
        return commonNames.size() == 1 && commonNames.get(0).equalsIgnoreCase(uuid.toString());
    }
}
