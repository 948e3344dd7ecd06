package io.agentctl.status;

import io.agentctl.agent.AgentException;
import io.agentctl.agent.AgentSource;
import io.agentctl.connection.Connection;
import io.agentctl.connection.PullPolicy;
import io.agentctl.pki.PkiException;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.receiver.Sites;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Finds out the status.
 *
 * @param version our version
 * @param agent the agent to look at
 * @param ipAllowlist who may connect, as the configuration says it
 * @param sites how to ask sites; empty to leave them alone
 */
public record StatusInquiry(String version, AgentSource agent, List<String> ipAllowlist, Optional<Sites> sites) {
    /** One site that does not answer shall not make the others wait. */
    private static final int QUESTIONS_AT_ONCE = 16;

    /**
     * Looks at the host and asks the sites.
     *
     * @param policy registry and marker
     * @return the status
     * @throws InterruptedException if interrupted while waiting for a site
     */
    public Status about(PullPolicy policy) throws InterruptedException {
        List<Connection> connections = Stream.of(
                        Connection.Kind.PUSH, Connection.Kind.PULL, Connection.Kind.PULL_IMPORTED)
                .flatMap(kind -> policy.registry().ofKind(kind).stream())
                .toList();
        List<RemoteStatus> remotes = remotes(connections);
        List<ConnectionStatus> statuses = new ArrayList<>();
        for (int i = 0; i < connections.size(); i++) {
            Connection connection = connections.get(i);
            statuses.add(
                    new ConnectionStatus(connection, CertificateInfo.of(connection.certificate()), remotes.get(i)));
        }
        return new Status(
                version, isOperational(), ipAllowlist, policy.mode() == PullPolicy.Mode.LEGACY, List.copyOf(statuses));
    }

    private boolean isOperational() {
        try {
            agent.check();
            return true;
        } catch (AgentException e) {
            return false;
        }
    }

    private List<RemoteStatus> remotes(List<Connection> connections) throws InterruptedException {
        if (sites.isEmpty() || connections.isEmpty()) {
            return connections.stream().map(StatusInquiry::unasked).toList();
        }
        ExecutorService questions = Executors.newFixedThreadPool(Math.min(connections.size(), QUESTIONS_AT_ONCE));
        try {
            List<RemoteStatus> remotes = new ArrayList<>();
            for (Future<RemoteStatus> answer : questions.invokeAll(connections.stream()
                    .map(connection -> (java.util.concurrent.Callable<RemoteStatus>) () -> ask(sites.get(), connection))
                    .toList())) {
                remotes.add(answer.get());
            }
            return remotes;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a question that failed in no way it may", e.getCause());
        } finally {
            questions.shutdownNow();
        }
    }

    private static RemoteStatus unasked(Connection connection) {
        return connection.kind() == Connection.Kind.PULL_IMPORTED
                ? new RemoteStatus.Imported()
                : new RemoteStatus.NotAsked();
    }

    private static RemoteStatus ask(Sites sites, Connection connection) {
        if (connection.kind() == Connection.Kind.PULL_IMPORTED) {
            return new RemoteStatus.Imported();
        }
        try {
            return new RemoteStatus.Answered(sites.receiverOf(connection).registrationStatus(connection.uuid()));
        } catch (ReceiverException | PkiException e) {
            return new RemoteStatus.Failed(e.getMessage());
        } catch (RuntimeException e) {
            // A defect of ours in one question shall not lose the answers to the others.
            return new RemoteStatus.Failed("unexpected failure: " + e);
        }
    }
}
