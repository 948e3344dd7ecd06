package io.agentctl;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Our version, which the build writes into a resource. */
public final class Version {
    private static final String CURRENT = read();

    private Version() {}

    /** Returns the version, such as {@code 1.2.3}. */
    public static String current() {
        return CURRENT;
    }

    private static String read() {
        // In a jar it stands in the manifest, too, which is at hand; to look for a resource opens jars.
        String manifested = Version.class.getPackage().getImplementationVersion();
        if (manifested != null) {
            return manifested;
        }
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new IllegalStateException("the build puts version.properties beside this class", e);
        }
    }
}
