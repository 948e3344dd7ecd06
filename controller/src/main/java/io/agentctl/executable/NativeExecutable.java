package io.agentctl.executable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.graalvm.nativeimage.VMRuntime;

/** Whether this process is a native executable, compiled before it is run, rather than a JVM, and what a JVM is told by its options. */
public final class NativeExecutable {
    /** The properties among a JVM's options of a daemon, where the reasons stand. */
    static final Map<String, String> DAEMON_OPTIONS = Map.of(
            "io.netty.allocator.type", "unpooled",
            "io.netty.noPreferDirect", "true",
            "io.netty.machineId", "02:00:00:00:00:00",
            "io.netty.processId", "1");

    private NativeExecutable() {}

    /** Returns whether it is. */
    public static boolean isThis() {
        // Documented for ImageInfo, a class that would be one more library to ship.
        return "runtime".equals(System.getProperty("org.graalvm.nativeimage.imagecode"));
    }

    /**
     * Does what a JVM has done when it calls us. To be called first of all.
     *
     * @param line the whole command line
     * @return the user's words of it
     */
    public static String[] started(String... line) {
        // Handlers of signals, above all; executables whose options are not parsed for them must ask for it.
        VMRuntime.initialize();
        System.setProperty("java.library.path", libraries());
        System.setProperty("sun.misc.unsafe.memory.access", "allow");
        DAEMON_OPTIONS.forEach(System::setProperty);
        return CommandWords.of(line).taken();
    }

    /** Those that we bring are beside us; the system's are none of our business. */
    private static String libraries() {
        try {
            return Path.of("/proc/self/exe").toRealPath().resolveSibling("lib").toString();
        } catch (IOException e) {
            // Without /proc, whoever wants a library says that it is not found, and what it does instead.
            return "";
        }
    }
}
