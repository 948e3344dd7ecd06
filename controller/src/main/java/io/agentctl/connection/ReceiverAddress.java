package io.agentctl.connection;

/**
 * Where a site's agent receiver answers.
 *
 * @param siteId the site
 * @param port the agent receiver's TCP port, 1 to 65535
 */
public record ReceiverAddress(SiteId siteId, int port) {
    /** @throws IllegalArgumentException if the port is out of bounds */
    public ReceiverAddress {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("'" + port + "' is not a TCP port: expected 1 to 65535");
        }
    }

    /** Returns the arguments that register this host there again, with placeholders for what only the user knows. */
    public String registering() {
        return "register --server " + siteId.server() + ":" + port + " --site " + siteId.site()
                + " --hostname HOST --user USER";
    }

    /** Returns the form {@code server:port/site}. */
    @Override
    public String toString() {
        return siteId.server() + ":" + port + "/" + siteId.site();
    }
}
