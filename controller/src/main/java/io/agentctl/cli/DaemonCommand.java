package io.agentctl.cli;

import io.agentctl.Wiring;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the background service. */
@Command(
        name = "daemon",
        description = {"Serve registered sites, pulling and pushing, until told to stop by SIGTERM.", ServiceOptions.END
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {ServiceOptions.ENDED, ServiceOptions.FAILED, ServiceOptions.MISUSED},
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} -v daemon",
            "  ${ROOT-COMMAND-NAME} daemon --port 16556 --log-file /var/lib/cmk-agent/agent-ctl.log"
        })
final class DaemonCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ServiceOptions options;

    @Mixin
    private ProxyOption proxy;

    DaemonCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        return options.run(invocation, proxy.detectProxy(), Wiring::service);
    }
}
