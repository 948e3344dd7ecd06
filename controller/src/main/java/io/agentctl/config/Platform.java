package io.agentctl.config;

import java.nio.file.Path;
import java.util.Locale;

/** The kinds of operating systems that differ in where the controller's files and the agent are (protocol.md, sections 2 and 4). */
enum Platform {
    /** Linux and all others that look like Unix. */
    POSIX {
        @Override
        Path home(Environment environment) {
            return Path.of("/var/lib/cmk-agent");
        }

        /** Another home has another agent, or tests would reach for the host's. */
        @Override
        String agent(Path root) {
            return "unix:" + root.resolve(Path.of("run", "check-mk-agent.socket"));
        }
    },

    /** Windows, whose agent is a service with a port that only its own host can reach. */
    WINDOWS {
        @Override
        Path home(Environment environment) {
            String programData =
                    environment.text("ProgramData").map(Setting::value).orElse("C:\\ProgramData");
            return Path.of(programData, "checkmk", "agent");
        }

        @Override
        String agent(Path root) {
            return "ip/localhost:28250";
        }
    };

    /** Returns that of this process. */
    static Platform current() {
        return named(System.getProperty("os.name"));
    }

    /** Returns that of an operating system by the name that Java has for it. */
    static Platform named(String operatingSystem) {
        return operatingSystem.toLowerCase(Locale.ROOT).startsWith("windows") ? WINDOWS : POSIX;
    }

    /** Returns the home directory, where nobody names another. */
    abstract Path home(Environment environment);

    /**
     * Returns the agent as users write it, where nobody names another.
     *
     * @param root what takes the place of the file system's root, for the agent of a home that was moved
     */
    abstract String agent(Path root);
}
