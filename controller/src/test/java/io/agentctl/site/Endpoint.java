package io.agentctl.site;

import java.util.Arrays;
import java.util.Optional;

/** A call of the agent receiver's API, or the site's port discovery. */
public enum Endpoint {
    /** Registers a host that the site knows, with user and password. */
    REGISTER_EXISTING("POST", "register_existing", false),
    /** Registers a host that the site knows, with a token. */
    REGISTER_EXISTING_TOKEN("POST", "register_existing_token", false),
    /** Asks the site to create a host. */
    REGISTER_NEW("POST", "register_new", false),
    /** Asks how that stands. */
    REGISTER_NEW_ONGOING("POST", "register_new_ongoing", true),
    /** Asks whether the site still knows the host. */
    REGISTRATION_STATUS("GET", "registration_status_v2", true),
    /** Asks for a new certificate. */
    RENEW_CERTIFICATE("POST", "renew_certificate", true),
    /** Delivers a push host's agent output. */
    AGENT_DATA("POST", "agent_data", true),
    /** Asks for the agent receiver's port. */
    DISCOVERY("GET", "", false);

    private final String method;
    private final String path;
    private final boolean ofOneHost;

    Endpoint(String method, String path, boolean ofOneHost) {
        this.method = method;
        this.path = path;
        this.ofOneHost = ofOneHost;
    }

    String method() {
        return method;
    }

    boolean isOfOneHost() {
        return ofOneHost;
    }

    static Optional<Endpoint> of(String path) {
        return Arrays.stream(values())
                .filter(endpoint -> endpoint != DISCOVERY && endpoint.path.equals(path))
                .findFirst();
    }
}
