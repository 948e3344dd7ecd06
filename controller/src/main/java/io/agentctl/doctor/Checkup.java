package io.agentctl.doctor;

import io.agentctl.agent.AgentSource;
import io.agentctl.connection.Connection;
import io.agentctl.connection.HomeGuard;
import io.agentctl.connection.PullPolicy;
import io.agentctl.live.LiveSocket;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.receiver.HttpSites;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Looks at the whole chain once.
 *
 * @param guard tells who can get at the private keys
 * @param agent where the output comes from
 * @param version our version
 * @param service where the service is asked
 * @param port where pullers on this host connect to
 * @param sites how to reach sites
 * @param environment the proxies that the environment names, whether they are used or not
 * @param clock tells the time
 */
public record Checkup(
        HomeGuard guard,
        AgentSource agent,
        String version,
        LiveSocket service,
        InetSocketAddress port,
        HttpSites sites,
        ProxyEnvironment environment,
        Clock clock) {
    /** Pulls come every minute. */
    private static final Duration AGENT_PATIENCE = Duration.ofMinutes(1);

    /** One site that does not answer shall not make the others wait. */
    private static final int EXAMINED_AT_ONCE = 16;

    /**
     * Looks.
     *
     * @param policy what the registry says
     * @param reader is given each chapter when it is done, in the order of the chain
     * @throws InterruptedException if interrupted while waiting for others
     */
    public void of(PullPolicy policy, Consumer<Chapter> reader) throws InterruptedException {
        List<Examination> examinations = new ArrayList<>(List.of(
                new HomeExamination(guard),
                new RegistryExamination(guard.registry(), policy),
                new AgentExamination(agent, AGENT_PATIENCE),
                new PortExamination(
                        port.getAddress(), port.getPort(), policy.mode(), Path.of("/proc"), SocketUnits.ofThisHost()),
                new ServiceExamination(service, version, policy.registry(), clock.instant())));
        for (Connection connection : policy.registry().connections()) {
            examinations.add(new ConnectionExamination(connection, sites, environment, clock));
        }
        ExecutorService examiners = Executors.newFixedThreadPool(Math.min(examinations.size(), EXAMINED_AT_ONCE));
        try {
            List<Future<Chapter>> chapters = new ArrayList<>();
            for (Examination examination : examinations) {
                chapters.add(examiners.submit(() -> chapter(examination)));
            }
            for (Future<Chapter> chapter : chapters) {
                reader.accept(chapter.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("an examination that failed in no way it may", e.getCause());
        } finally {
            examiners.shutdownNow();
        }
    }

    private static Chapter chapter(Examination examination) throws InterruptedException {
        try {
            return new Chapter(examination.subject(), examination.look());
        } catch (RuntimeException e) {
            // A defect of ours in one examination shall not lose what the others found.
            return new Chapter(
                    examination.subject(), List.of(Finding.failure("cannot be examined: unexpected failure: " + e)));
        }
    }
}
