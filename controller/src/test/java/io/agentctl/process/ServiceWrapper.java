package io.agentctl.process;

import io.agentctl.WindowsService;
import java.io.IOException;
import java.io.OutputStream;

/** What the service program does on Windows: it calls one method to start, and another on another thread to stop. */
public final class ServiceWrapper {
    private ServiceWrapper() {}

    /** Runs the controller until it ends by itself or standard input does. */
    public static void main(String[] arguments) {
        Thread stop = new Thread(ServiceWrapper::stopAtTheEndOfInput, "stop");
        stop.setDaemon(true);
        stop.start();
        WindowsService.start(arguments);
    }

    private static void stopAtTheEndOfInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // Nobody can write to it any more: the same.
        }
        WindowsService.stop(new String[0]);
    }
}
