package io.agentctl.cli;

import io.agentctl.activity.LiveState;
import io.agentctl.live.LiveSocket;
import io.agentctl.status.Service;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Asks the service of a home how it is doing.
 *
 * @param home the home directory
 */
record ServiceInquiry(Path home) {

    Service ask() {
        try {
            Optional<LiveState> state = LiveSocket.of(home).ask();
            return state.isPresent() ? new Service.Running(state.get()) : new Service.NotRunning();
        } catch (IOException e) {
            return new Service.Silent(e.getMessage());
        }
    }
}
