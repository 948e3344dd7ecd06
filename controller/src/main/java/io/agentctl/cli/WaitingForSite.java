package io.agentctl.cli;

import io.agentctl.connection.SiteId;
import io.agentctl.registration.Pause;
import java.time.Duration;
import java.util.logging.Logger;

/** Waits for a site's decision, and shows a human that it does: a dot a question on a terminal, a line of log elsewhere. */
final class WaitingForSite implements Pause, AutoCloseable {
    private static final Logger LOG = Logger.getLogger("io.agentctl.registration");

    private final SiteId siteId;
    private final Terminal terminal;
    private boolean dotted;

    WaitingForSite(SiteId siteId, Terminal terminal) {
        this.siteId = siteId;
        this.terminal = terminal;
    }

    @Override
    public void last(Duration duration) throws InterruptedException {
        if (!terminal.isInteractive()) {
            LOG.info(() -> "the site " + siteId + " has not decided yet");
        } else if (dotted) {
            terminal.err().print('.');
            terminal.err().flush();
        } else {
            dotted = true;
            terminal.err().print("Waiting for the decision of " + siteId + " ");
            terminal.err().flush();
        }
        Thread.sleep(duration.toMillis());
    }

    @Override
    public void close() {
        if (dotted) {
            terminal.err().println();
        }
    }
}
