package io.agentctl.process;

import io.agentctl.Main;
import java.io.IOException;
import java.io.OutputStream;

/** What the service program does on Windows: it calls {@code main} on one thread, and {@code System.exit} on another to stop. */
public final class ServiceWrapper {
    private ServiceWrapper() {}

    /** Runs the controller until it ends by itself or standard input does. */
    public static void main(String[] arguments) {
        Thread stop = new Thread(ServiceWrapper::exitAtTheEndOfInput, "stop");
        stop.setDaemon(true);
        stop.start();
        Main.main(arguments);
    }

    private static void exitAtTheEndOfInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // Nobody can write to it any more: the same.
        }
        System.exit(0);
    }
}
