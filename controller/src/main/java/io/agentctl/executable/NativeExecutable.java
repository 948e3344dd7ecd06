package io.agentctl.executable;

/** Whether this process is a native executable, compiled before it is run, rather than a JVM. */
public final class NativeExecutable {
    private NativeExecutable() {}

    /** Returns whether it is. */
    public static boolean isThis() {
        // Documented for ImageInfo, a class that would be one more library to ship.
        return "runtime".equals(System.getProperty("org.graalvm.nativeimage.imagecode"));
    }
}
