package io.agentctl;

/**
 * The daemon as a service of Windows. The program that wraps it there (Apache Commons Daemon's procrun) calls these methods on threads of
 * its own, and tells Windows of the end that it sees: a return from {@link #start} is a service that has stopped as it should; a process
 * that exits is one that has failed, and is started again.
 */
public final class WindowsService {
    private WindowsService() {}

    /**
     * Runs a command until it ends, by itself or because of {@link #stop}.
     *
     * @param arguments the command line
     */
    public static void start(String[] arguments) {
        int status = Main.run(Main.invocation(), arguments);
        if (status != 0) {
            System.exit(status);
        }
    }

    /**
     * Asks the service to end in good order, and returns at once.
     *
     * @param arguments of no meaning
     */
    public static void stop(String[] arguments) {
        Termination.request();
    }
}
