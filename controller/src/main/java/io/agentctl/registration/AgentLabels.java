package io.agentctl.registration;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a site may decide by when a host introduces itself (protocol.md, section 3). */
public final class AgentLabels {
    private static final Path LINUX_HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private AgentLabels() {}

    /**
     * Labels this host.
     *
     * @param further the operator's labels, which override ours
     * @return host name, family of the operating system, and the further ones
     */
    public static Map<String, String> of(Map<String, String> further) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("cmk/hostname-simple", hostName());
        labels.put("cmk/os-family", osFamily(System.getProperty("os.name")));
        labels.putAll(further);
        return labels;
    }

    static String osFamily(String osName) {
        String name = osName.toLowerCase(Locale.ROOT);
        return name.startsWith("mac") ? "macos" : name.split(" ", 2)[0];
    }

    /** The JDK resolves the name before it tells it, which needs not work. */
    private static String hostName() {
        try {
            return Files.isReadable(LINUX_HOST_NAME)
                    ? Files.readString(LINUX_HOST_NAME).strip()
                    : InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            return "localhost";
        }
    }
}
