package io.agentctl.cli;

import io.agentctl.Version;
import io.agentctl.config.ConfigException;
import io.agentctl.config.Overrides;
import io.agentctl.config.Settings;
import io.agentctl.connection.RegistryException;
import io.agentctl.doctor.Chapter;
import io.agentctl.doctor.Checkup;
import io.agentctl.doctor.Finding;
import io.agentctl.doctor.Report;
import io.agentctl.doctor.Verdict;
import io.agentctl.live.LiveSocket;
import io.agentctl.net.ListenAddress;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.Timeouts;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks for what is wrong. */
@Command(
        name = "doctor",
        description = {
            "Look at every link from the agent to the sites, and say what is wrong and how to mend it.",
            "It looks at the settings, the home directory, the registry, a run of the agent, the port, the service, and for each connection",
            "at its certificate, the way to the site, the site's clock and what the site knows. Nothing is changed."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:All is well.",
            "1:It could not look to the end: stderr says why.",
            "2:The command line cannot be understood.",
            "3:There are warnings: nothing fails now; do what is said below each.",
            "4:Something fails: do what is said below it, then ask again."
        },
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} doctor",
            "  ${ROOT-COMMAND-NAME} doctor --json --detect-proxy"
        })
final class DoctorCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(names = "--json", description = "One line of JSON instead of text.")
    private boolean json;

    @Mixin
    private ProxyOption proxy;

    @Mixin
    private AgentOption agent;

    DoctorCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Chapter> chapters = new ArrayList<>();
        Report.Look look = look();
        PrintStream out = invocation.terminal().out();
        examine(chapter -> {
            chapters.add(chapter);
            if (!json) {
                out.println(Report.text(chapter, look));
            }
        });
        out.println(json ? Report.json(Version.current(), chapters) : summary(chapters));
        return switch (Report.worst(chapters)) {
            case OK -> ExitCode.SUCCESS;
            case WARNING -> ExitCode.DOCTOR_WARNS;
            case FAILURE -> ExitCode.DOCTOR_FINDS_FAILURE;
        };
    }

    private void examine(Consumer<Chapter> reader) throws InterruptedException {
        LoadedSettings loaded;
        try {
            loaded = LoadedSettings.of(
                    invocation,
                    new Overrides(Optional.empty(), agent.source(), Optional.empty(), proxy.detectProxy(), false));
        } catch (ConfigException e) {
            // Where all else is, only the settings could tell.
            reader.accept(failed("Settings", e));
            return;
        }
        reader.accept(new Chapter("Settings", List.of(settings(loaded.settings()))));
        try {
            new Checkup(
                            loaded.wiring().homeGuard(),
                            loaded.settings().agent().value(),
                            Version.current(),
                            LiveSocket.of(loaded.settings().home().value()),
                            port(loaded.settings()),
                            new HttpSites(loaded.proxies(), Timeouts.BRISK, loaded.trustRules()),
                            new ProxyEnvironment(invocation.environment()),
                            invocation.clock())
                    .of(loaded.registry().pullPolicy(), reader);
        } catch (RegistryException e) {
            reader.accept(failed("Registry", e));
        }
    }

    /** On the first address that is named, if any is. */
    private static InetSocketAddress port(Settings settings) {
        int usual = settings.pullPort().value();
        for (ListenAddress named : settings.door().listen().value()) {
            Optional<InetSocketAddress> first = first(named, usual);
            if (first.isPresent()) {
                return first.get().getAddress().isAnyLocalAddress()
                        ? new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), first.get().getPort())
                        : first.get();
            }
        }
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), usual);
    }

    private static Optional<InetSocketAddress> first(ListenAddress named, int usualPort) {
        try {
            return Optional.of(named.resolve(usualPort).get(0));
        } catch (SocketException e) {
            // Nobody can listen there either, and the daemon says so at its start.
            return Optional.empty();
        }
    }

    private static Finding settings(Settings settings) {
        if (!settings.unknownKeys().isEmpty()) {
            return new Finding(
                    Verdict.WARNING,
                    settings.file() + ": unknown settings are ignored: " + String.join(", ", settings.unknownKeys()),
                    Optional.of("see how they are spelt: agent-ctl help settings"));
        }
        return Finding.ok(settings.file()
                + (Files.exists(settings.file()) ? " is well-formed" : " is not there: all is as by default"));
    }

    private static Chapter failed(String subject, Exception e) {
        return new Chapter(subject, List.of(Finding.failure(e.getMessage())));
    }

    private static String summary(List<Chapter> chapters) {
        long failures = count(chapters, Verdict.FAILURE);
        long warnings = count(chapters, Verdict.WARNING);
        if (failures + warnings == 0) {
            return "All is well.";
        }
        return failures
                + (failures == 1 ? " failure, " : " failures, ")
                + warnings
                + (warnings == 1 ? " warning" : " warnings");
    }

    private static long count(List<Chapter> chapters, Verdict verdict) {
        return chapters.stream()
                .flatMap(chapter -> chapter.findings().stream())
                .filter(finding -> finding.verdict() == verdict)
                .count();
    }

    /** See no-color.org. */
    private Report.Look look() {
        boolean plain = !invocation.terminal().isInteractive()
                || !invocation.environment().getOrDefault("NO_COLOR", "").isEmpty()
                || invocation.environment().getOrDefault("TERM", "dumb").equals("dumb");
        return plain ? Report.Look.PLAIN : Report.Look.COLOURED;
    }
}
