package io.agentctl.push;

import io.agentctl.agent.AgentSource;
import io.agentctl.audit.AuditEvent;
import io.agentctl.audit.AuditLog;
import io.agentctl.audit.Field;
import io.agentctl.connection.Connection;
import io.agentctl.pki.PkiException;
import io.agentctl.receiver.AgentReceiver;
import io.agentctl.receiver.AgentReceiver.Upload;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.receiver.RefusedException;
import io.agentctl.receiver.Sites;
import io.agentctl.receiver.UnreachableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;

/**
 * Sends one output of the agent to several sites, all at the same time: a site that fails or dawdles delays no other.
 *
 * @param agent where the output comes from
 * @param compression deflate level, 1 to 9
 * @param folder where a large output may lie meanwhile
 * @param sites how to reach the sites
 * @param retries how patiently each is tried
 * @param audit is told what became of each
 */
public record Pusher(AgentSource agent, int compression, Path folder, Sites sites, Retries retries, AuditLog audit) {
    private static final Logger LOG = Logger.getLogger("io.agentctl.push");

    /**
     * Collects and sends.
     *
     * @param connections where to
     * @return what became of each, in the same order; the agent's failure is everyone's
     * @throws InterruptedException if interrupted; sending is then given up
     */
    public List<PushResult> push(List<Connection> connections) throws InterruptedException {
        if (connections.isEmpty()) {
            return List.of();
        }
        List<PushResult> results = collectAndSend(connections);
        results.forEach(this::record);
        return results;
    }

    private List<PushResult> collectAndSend(List<Connection> connections) throws InterruptedException {
        try (Spool spool = Spool.collect(agent, compression, folder)) {
            return send(connections, spool);
        } catch (IOException e) {
            return connections.stream()
                    .map(connection -> new PushResult(connection, Optional.of(e.getMessage())))
                    .toList();
        }
    }

    private void record(PushResult result) {
        audit.record(AuditEvent.of(result.failure().isEmpty() ? AuditEvent.Kind.PUSHED : AuditEvent.Kind.PUSH_FAILED)
                .with(Field.CONNECTION, result.connection().name())
                .with(Field.UUID, result.connection().uuid().toString())
                .with(Field.REASON, result.failure()));
    }

    private List<PushResult> send(List<Connection> connections, Upload data) throws InterruptedException {
        ExecutorService senders = Executors.newFixedThreadPool(connections.size());
        try {
            List<Callable<PushResult>> pushes = connections.stream()
                    .map(connection -> (Callable<PushResult>) () -> sendPatiently(connection, data))
                    .toList();
            List<PushResult> results = new ArrayList<>();
            for (Future<PushResult> result : senders.invokeAll(pushes)) {
                results.add(result.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a push failed in no way it may", e.getCause());
        } finally {
            senders.shutdownNow();
            // They read the data, which is gone when this method has returned.
            senders.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private PushResult sendPatiently(Connection connection, Upload data) throws InterruptedException {
        try {
            AgentReceiver receiver = sites.receiverOf(connection);
            long begin = System.nanoTime();
            Optional<ReceiverException> failure = trySending(receiver, connection, data);
            for (Duration delay : retries.delays()) {
                if (failure.isEmpty() || !mayPass(failure.get()) || isOver(begin, delay)) {
                    break;
                }
                String reason = failure.get().getMessage();
                LOG.fine(() -> "push to " + connection.name() + ": " + reason + "; trying again");
                Thread.sleep(delay.toMillis());
                failure = trySending(receiver, connection, data);
            }
            return new PushResult(connection, failure.map(Throwable::getMessage));
        } catch (PkiException e) {
            return new PushResult(connection, Optional.of(e.getMessage() + connection.remedy()));
        }
    }

    private static Optional<ReceiverException> trySending(AgentReceiver receiver, Connection connection, Upload data) {
        try {
            receiver.sendAgentData(connection.uuid(), data);
            return Optional.empty();
        } catch (ReceiverException e) {
            return Optional.of(e);
        }
    }

    private boolean isOver(long begin, Duration delay) {
        return System.nanoTime() - begin + delay.toNanos() > retries.within().toNanos();
    }

    /** Of what the site itself refused, only its own trouble may be over soon. */
    private static boolean mayPass(ReceiverException failure) {
        return failure instanceof UnreachableException
                || (failure instanceof RefusedException refused && refused.status() >= 500);
    }
}
