package io.agentctl;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * SIGHUP, by which services are told to read their settings anew; Java on its own would end the process. There is no supported way to it, so
 * that the JDK's own is called by its name, which every JDK keeps in {@code jdk.unsupported}; where it is missing the signal means what it always did.
 */
public final class Hangup {
    private static final Logger LOG = Logger.getLogger("io.agentctl.daemon");

    private Hangup() {}

    /**
     * Does something at every SIGHUP from now on.
     *
     * @param action what to do, on a thread of the JDK's
     */
    public static void calls(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object handling = Proxy.newProxyInstance(
                    Hangup.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                            return null;
                        }
                        return method.getName().equals("hashCode") ? (Object) 0 : proxy == arguments[0];
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), handling);
        } catch (ReflectiveOperationException e) {
            // Windows knows no such signal.
            Throwable reason = e instanceof InvocationTargetException wrapped ? wrapped.getCause() : e;
            LOG.log(Level.FINE, reason, () -> "settings cannot be read anew by SIGHUP: " + reason);
        }
    }
}
