package io.agentctl;

import io.agentctl.cli.AgentCtl;
import io.agentctl.cli.DaemonForService;
import io.agentctl.cli.Invocation;
import io.agentctl.cli.LogUntilHalt;
import io.agentctl.cli.ProcessTerminal;
import io.agentctl.cli.StatusForAgent;
import io.agentctl.cli.VersionForAgent;
import io.agentctl.executable.NativeExecutable;
import io.agentctl.net.JdkSwitches;
import java.time.Clock;

/** Where the process starts. */
public final class Main {
    private Main() {}

    /**
     * Runs one command.
     *
     * @param line the command line
     */
    public static void main(String[] line) {
        String[] arguments = NativeExecutable.isThis() ? NativeExecutable.started(line) : line;
        Invocation invocation = invocation();
        if (VersionForAgent.answered(invocation, arguments) || StatusForAgent.answered(invocation, arguments)) {
            // Not by exit, for which Java 21 and later set up their log.
            return;
        }
        System.exit(run(invocation, arguments));
    }

    static Invocation invocation() {
        return new Invocation(System.getenv(), new ProcessTerminal(), Clock.systemUTC());
    }

    static int run(Invocation invocation, String... arguments) {
        // Before anybody asks for a logger: Java picks its log's owner once.
        System.setProperty("java.util.logging.manager", LogUntilHalt.class.getName());
        JdkSwitches.set();
        // Or Java 22 to 24 load a line editor to ask for a password.
        System.setProperty("jdk.console", "java.base");
        return DaemonForService.run(invocation, arguments).orElseGet(() -> AgentCtl.run(invocation, arguments));
    }
}
