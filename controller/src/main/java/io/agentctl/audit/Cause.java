package io.agentctl.audit;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why somebody was not served, or not to the end. Their labels are an interface, documented in {@code docs/audit.md}. */
public enum Cause {
    /** The address is not in {@code allowed_ip}. */
    NOT_ALLOWED_IP(false),
    /** The address has as many connections as one may have. */
    TOO_MANY_FROM_ADDRESS(false),
    /** The port has as many connections as there may be. */
    TOO_MANY_CONNECTIONS(false),
    /** The address has failed too often lately. */
    TOO_MANY_FAILURES(false),
    /** The port is open to proxies alone, and this is none of them. */
    NOT_A_TRUSTED_PROXY(false),
    /** A trusted proxy did not say on whose behalf it comes. */
    BAD_PROXY_HEADER(false),
    /** The last connection was deleted in this moment. */
    NOT_SERVING(false),
    /** No connection has the server name that was asked for. */
    UNKNOWN_SERVER_NAME(true),
    /** The certificate is not that of the connection's site. */
    UNTRUSTED_CERTIFICATE(true),
    /** TLS failed otherwise: no certificate, an old version, no TLS at all. */
    HANDSHAKE_FAILED(true),
    /** The handshake took too long. */
    HANDSHAKE_TIMEOUT(true),
    /** More was sent than any handshake takes. */
    HANDSHAKE_TOO_LARGE(true),
    /** The puller went away before the handshake was done. */
    ENDED_EARLY(false),
    /** This host's own key or certificates cannot be used. */
    UNUSABLE_CONNECTION(false),
    /** As many runs of the agent are under way as there may be. */
    TOO_MANY_AGENT_RUNS(false),
    /** The agent failed. */
    AGENT_FAILED(false),
    /** The puller went away in the middle. */
    PULLER_GONE(false),
    /** The puller has not taken anything for too long. */
    PULLER_TOO_SLOW(false),
    /** The service was stopped. */
    STOPPED(false),
    /** A defect of ours. */
    UNEXPECTED(false);

    private final boolean suspicious;

    Cause(boolean suspicious) {
        this.suspicious = suspicious;
    }

    /** Returns whether only somebody with no business here, or with a broken set-up, fails like this. */
    public boolean isSuspicious() {
        return suspicious;
    }

    /** Returns the value in the JSON object. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Finds a cause.
     *
     * @param label its label
     * @return the cause, if there is one of that label
     */
    public static Optional<Cause> of(String label) {
        return Arrays.stream(values())
                .filter(cause -> cause.label().equals(label))
                .findFirst();
    }
}
