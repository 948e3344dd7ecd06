package io.agentctl.pull;

import io.agentctl.audit.Cause;
import io.agentctl.audit.Throttle;
import io.agentctl.connection.PullPolicy;
import io.agentctl.pull.Admission.Refusal;
import io.agentctl.pull.PullSettings.AllowList;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Meets whoever connects, by the terms of one state of the settings, and by whatever policy is in force: admission first, then TLS. For the
 * event loop.
 */
final class Desk {
    private static final Logger LOG = Logger.getLogger("io.agentctl.pull");

    private final Terms terms;
    private final Admission admission;
    private final Visits visits;
    private final TlsContexts contexts;
    private final Reception reception;
    private final ChannelGroup pullers;
    private PullPolicy.Mode mode = PullPolicy.Mode.INACTIVE;

    /**
     * @param terms what follows from the settings
     * @param pullers where those are noted who were let in
     * @param tasks where pulls run, which block
     * @param current the desk in force: whoever has come, but not begun a handshake, has it by its terms
     */
    Desk(Terms terms, ChannelGroup pullers, Executor tasks, Supplier<Desk> current) {
        this.terms = terms;
        this.pullers = pullers;
        this.admission = new Admission(terms.settings().door(), System::nanoTime);
        this.visits = new Visits(
                LOG,
                terms.audit(),
                terms.activity(),
                new Throttle(Visits.TOLD_PER_MINUTE, System::nanoTime),
                admission::failed,
                System::nanoTime);
        this.contexts = new TlsContexts(terms.tls(), terms.rules());
        this.reception = new Reception(
                terms.settings(),
                () -> current.get().contexts,
                terms.agent(),
                new Semaphore(terms.settings().door().limits().agentRuns(), true),
                tasks);
    }

    /** Meets those who connect from now on by another policy. */
    void follow(PullPolicy policy) {
        mode = policy.mode();
        contexts.follow(policy.registry());
    }

    /** Makes ready what handshakes will need. */
    void prepare() {
        contexts.prepare();
    }

    /** Tells what is left to tell of visits, and gives up what only new handshakes need. */
    void close() {
        visits.end();
        contexts.close();
    }

    /** Meets somebody. */
    void welcome(SocketChannel channel) {
        Visit visit = visits.from(channel.remoteAddress());
        Optional<AllowList> proxies = terms.settings().door().proxies();
        if (proxies.isEmpty()) {
            if (isAdmitted(channel, visit) && isPlaceLeft(channel, visit)) {
                receive(channel, visit);
            }
        } else if (!proxies.get().admits(visit.address())) {
            refuse(channel, visit, new Refusal(Cause.NOT_A_TRUSTED_PROXY, "its address is not in trusted_proxies"));
        } else if (isPlaceLeft(channel, visit)) {
            pullers.add(channel);
            channel.pipeline()
                    .addLast(new ProxyHeader(
                            visit,
                            terms.settings().timeout(),
                            client -> isAdmitted(channel, client) && receive(channel, client)));
        }
    }

    private boolean isAdmitted(Channel channel, Visit visit) {
        InetAddress puller = visit.address();
        Optional<Refusal> refusal = admission.enter(puller);
        if (refusal.isPresent()) {
            refuse(channel, visit, refusal.get());
            return false;
        }
        channel.closeFuture().addListener(closed -> admission.leave(puller));
        return true;
    }

    private boolean isPlaceLeft(Channel channel, Visit visit) {
        Optional<Refusal> refusal = admission.enter();
        if (refusal.isPresent()) {
            refuse(channel, visit, refusal.get());
            return false;
        }
        channel.closeFuture().addListener(closed -> admission.leave());
        return true;
    }

    private boolean receive(Channel channel, Visit visit) {
        if (mode == PullPolicy.Mode.INACTIVE) {
            refuse(channel, visit, new Refusal(Cause.NOT_SERVING, "no connection is pulled any more"));
            return false;
        }
        pullers.add(channel);
        reception.welcome(channel, visit, mode == PullPolicy.Mode.LEGACY);
        return true;
    }

    private static void refuse(Channel channel, Visit visit, Refusal refusal) {
        visit.refused(Level.INFO, refusal.cause(), refusal.reason());
        channel.close();
    }
}
