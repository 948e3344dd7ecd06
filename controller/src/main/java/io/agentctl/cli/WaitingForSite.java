package io.agentctl.cli;

import io.agentctl.connection.SiteId;
import io.agentctl.registration.Pause;
import java.time.Duration;
import java.util.logging.Logger;

/** Waits for a site's decision, and shows a human that it does: a dot a question on a terminal, a line of log elsewhere. */
final class WaitingForSite implements Pause, AutoCloseable {
    private static final Logger LOG = Logger.getLogger("io.agentctl.registration");

    /** Shortens the waiting, in milliseconds: for tests, whose sites are quick. */
    private static final String PAUSE_VARIABLE = "DEBUG_REGISTRATION_PAUSE";

    private final SiteId siteId;
    private final Invocation invocation;
    private boolean dotted;

    WaitingForSite(SiteId siteId, Invocation invocation) {
        this.siteId = siteId;
        this.invocation = invocation;
    }

    @Override
    public void last(Duration duration) throws InterruptedException {
        if (!invocation.terminal().isInteractive()) {
            LOG.info(() -> "the site " + siteId + " has not decided yet");
        } else if (dotted) {
            invocation.terminal().err().print('.');
            invocation.terminal().err().flush();
        } else {
            dotted = true;
            invocation.terminal().err().print("Waiting for the decision of " + siteId + " ");
            invocation.terminal().err().flush();
        }
        String shortened = invocation.environment().get(PAUSE_VARIABLE);
        Thread.sleep(shortened == null ? duration.toMillis() : Long.parseLong(shortened));
    }

    @Override
    public void close() {
        if (dotted) {
            invocation.terminal().err().println();
        }
    }
}
