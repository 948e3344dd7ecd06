package io.agentctl.pki;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** The common names (CN) within a distinguished name (RFC 5280, section 4.1.2.4). */
public final class CommonNames {
    /** Every spelling that a UUID parser of some language accepts: plain, hyphenated, braced, URN; any case. */
    private static final Pattern UUID_SPELLING = Pattern.compile(
            "\\s*(urn:uuid:)?\\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}}?\\s*",
            Pattern.CASE_INSENSITIVE);

    private CommonNames() {}

    /**
     * Lists the common names of a distinguished name.
     *
     * @param name a subject or an issuer
     * @return its common names as they stand in the certificate, first to last; may be empty
     */
    public static List<String> of(X500Principal name) {
        List<String> commonNames = new ArrayList<>();
        try {
            // LdapName counts from the right, which is the certificate's first relative name.
            for (Rdn rdn : new LdapName(name.getName(X500Principal.RFC2253)).getRdns()) {
                Attribute cn = rdn.toAttributes().get("CN");
                for (int i = 0; cn != null && i < cn.size(); i++) {
                    Object value = cn.get(i);
                    commonNames.add(value instanceof byte[] bytes ? "#" + bytes.length + " bytes" : value.toString());
                }
            }
        } catch (InvalidNameException e) {
            return List.of();
        } catch (NamingException e) {
            throw new IllegalStateException("an in-memory name has no naming service that could fail", e);
        }
        return List.copyOf(commonNames);
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
