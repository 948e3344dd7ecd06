package io.agentctl.pki;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1UniversalString;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/** The common names (CN) within a distinguished name (RFC 5280, section 4.1.2.4). */
public final class CommonNames {
    /** Every spelling that a UUID parser of some language accepts: plain, hyphenated, braced, URN; any case. */
    private static final Pattern UUID_SPELLING = Pattern.compile(
            "\\s*(urn:uuid:)?\\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}}?\\s*",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}|[\\u0080-\\u009f\\u2028\\u2029]");
    private static final int MAX_SHOWN = 256;

    private CommonNames() {}

    /**
     * Lists the common names of a distinguished name.
     *
     * @param name a subject or an issuer
     * @return its common names as they stand in the certificate, first to last; none if any of them is not text
     */
    public static List<String> of(X500Principal name) {
        try {
            List<String> commonNames = new ArrayList<>();
            for (RDN rdn : X500Name.getInstance(name.getEncoded()).getRDNs()) {
                for (AttributeTypeAndValue attribute : rdn.getTypesAndValues()) {
                    if (attribute.getType().equals(BCStyle.CN)) {
                        commonNames.add(text(attribute.getValue()));
                    }
                }
            }
            return List.copyOf(commonNames);
        } catch (IllegalArgumentException e) {
            // Bytes that are no text: whoever demands a common name must not be content with a guess.
            return List.of();
        }
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

    /** The same text has several encodings, and a UUID must be recognised in each: the encoding is the requesting host's choice. */
    private static String text(ASN1Encodable value) {
        if (value instanceof ASN1UniversalString string) {
            return new String(string.getOctets(), Charset.forName("UTF-32BE"));
        }
        if (value instanceof ASN1String string && !(value instanceof ASN1BitString)) {
            return string.getString();
        }
        throw new IllegalArgumentException("the common name is not a string");
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
