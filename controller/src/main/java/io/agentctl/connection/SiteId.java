package io.agentctl.connection;

import java.util.regex.Pattern;

/**
 * Names one site as {@code server/site}, the key of the registry and the name of a connection on the command line.
 *
 * @param server the server's host name or address as the user wrote it, without port; an IPv6 address stands in brackets
 * @param site the site's name on that server
 */
public record SiteId(String server, String site) {
    /** Longest server name accepted, in characters (RFC 1035, section 2.3.4). */
    public static final int MAX_SERVER_LENGTH = 253;

    /** Longest site name accepted, in characters. */
    public static final int MAX_SITE_LENGTH = 64;

    private static final Pattern SERVER = Pattern.compile("\\[[0-9A-Fa-f:.]+(%[0-9A-Za-z._-]+)?]|[0-9A-Za-z._-]+");
    private static final Pattern SITE = Pattern.compile("[0-9A-Za-z_][0-9A-Za-z_-]*");

    /** @throws IllegalArgumentException if either part cannot be what it says; the message names it */
    public SiteId {
        if (server.length() > MAX_SERVER_LENGTH || !SERVER.matcher(server).matches()) {
            throw new IllegalArgumentException("'" + abbreviated(server)
                    + "' is not a server: expected a host name, an IPv4 address or an IPv6 address in brackets");
        }
        if (site.length() > MAX_SITE_LENGTH || !SITE.matcher(site).matches()) {
            throw new IllegalArgumentException("'" + abbreviated(site)
                    + "' is not a site name: expected letters, digits, '_' and '-', such as 'prod'");
        }
    }

    /**
     * Reads the form {@code server/site}.
     *
     * @param text such as {@code monitoring.example.com/prod}
     * @return the site
     * @throws IllegalArgumentException if the text is not of that form
     */
    public static SiteId parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("'" + abbreviated(text) + "' is not of the form server/site");
        }
        return new SiteId(text.substring(0, slash), text.substring(slash + 1));
    }

    /** Returns the form {@code server/site}. */
    @Override
    public String toString() {
        return server + "/" + site;
    }

    private static String abbreviated(String text) {
        return text.length() <= MAX_SERVER_LENGTH ? text : text.substring(0, MAX_SERVER_LENGTH) + "…";
    }
}
