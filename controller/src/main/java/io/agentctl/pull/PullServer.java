package io.agentctl.pull;

import io.agentctl.agent.AgentSource;
import io.agentctl.audit.AuditEvent;
import io.agentctl.audit.AuditLog;
import io.agentctl.audit.Cause;
import io.agentctl.audit.Field;
import io.agentctl.audit.Throttle;
import io.agentctl.connection.Connection;
import io.agentctl.connection.PullPolicy;
import io.agentctl.connection.TrustRules;
import io.agentctl.pull.Admission.Refusal;
import io.agentctl.pull.PullSettings.AllowList;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * Serves the agent's output on the pull port as a {@link PullPolicy} says, which can be exchanged at any time: the port is opened
 * and closed accordingly, new handshakes meet the new policy, and pulls in flight end on the old one.
 *
 * <p>{@link #apply} and {@link #stop} must be called from one thread at a time.
 */
public final class PullServer {
    private static final Logger LOG = Logger.getLogger("io.agentctl.pull");
    private static final Logger DOOR = Logger.getLogger("io.agentctl.door");

    private final PullSettings settings;
    private final TlsStack tls;
    private final TrustRules rules;
    private final Admission admission;
    private final Visits visits;
    private final EventLoopGroup eventLoop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("pull-loop", true), NioIoHandler.newFactory());
    private final ExecutorService tasks = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            5,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            new DefaultThreadFactory("pull", true));
    private final ChannelGroup pullers = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    /** What new connections meet. Both belong to the event loop, which changes them in one go. */
    private final TlsContexts contexts;

    private final Reception reception;
    private PullPolicy.Mode mode = PullPolicy.Mode.INACTIVE;
    private Optional<WarmUp> warmUp = Optional.empty();
    private List<Channel> listeners = List.of();

    /** What was said last about the port. */
    private PullPolicy.Mode announced = PullPolicy.Mode.INACTIVE;

    private boolean isExposureTold;

    /**
     * Makes a server that does not listen yet.
     *
     * @param settings what the operator chose
     * @param tls whose TLS
     * @param agent where the output comes from
     * @param audit is told of every visit, and of the port
     * @param rules whom to trust, and how TLS is spoken
     */
    public PullServer(PullSettings settings, TlsStack tls, AgentSource agent, AuditLog audit, TrustRules rules) {
        this.settings = settings;
        this.tls = tls;
        this.rules = rules;
        this.admission = new Admission(settings.door(), System::nanoTime);
        this.visits = new Visits(
                LOG,
                audit,
                new Throttle(Visits.TOLD_PER_MINUTE, System::nanoTime),
                admission::failed,
                System::nanoTime);
        this.contexts = new TlsContexts(tls, rules);
        this.reception = new Reception(
                settings,
                contexts,
                agent,
                new Semaphore(settings.door().limits().agentRuns(), true),
                tasks);
        // While nothing is scheduled Netty looks every second whether something is.
        eventLoop.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.DAYS);
    }

    /**
     * Serves by a policy from now on. A policy that cannot be followed, because the port cannot be opened, may be applied again.
     *
     * @param policy whom to serve
     * @throws ListenException if the port must be opened and cannot be
     */
    public void apply(PullPolicy policy) throws ListenException {
        eventLoop.submit(() -> follow(policy)).syncUninterruptibly();
        if (policy.mode() == PullPolicy.Mode.INACTIVE) {
            stopListening();
        } else if (listeners.isEmpty()) {
            listeners = new Listening(settings.door(), this::bind).open();
            tellExposure();
            LOG.info(() -> "listening on " + addresses());
        }
        announce(policy.mode());
        if (policy.mode() == PullPolicy.Mode.TLS && settings.warmUp() && warmUp.isEmpty()) {
            warmUp(policy.registry().pulled());
        }
    }

    private void tellExposure() {
        if (!isExposureTold && settings.door().openToAnyone()) {
            isExposureTold = true;
            DOOR.warning(
                    () -> "anyone who reaches " + addresses()
                            + " may knock there: name who may connect (allowed_ip), or listen on internal addresses alone (listen)");
        }
    }

    private void announce(PullPolicy.Mode next) {
        if (next != announced) {
            announced = next;
            if (next != PullPolicy.Mode.INACTIVE) {
                visits.audit()
                        .record(AuditEvent.of(
                                        next == PullPolicy.Mode.TLS
                                                ? AuditEvent.Kind.PORT_OPENED
                                                : AuditEvent.Kind.LEGACY_PULL_OPENED)
                                .with(Field.LISTEN, addresses()));
            }
        }
    }

    private String addresses() {
        return listeners.stream()
                .map(listener -> Listening.text((InetSocketAddress) listener.localAddress()))
                .collect(Collectors.joining(", "));
    }

    /** First what all pulls do, then what these connections' need besides. */
    private void warmUp(List<Connection> pulled) {
        WarmUp practice = new WarmUp(tls, settings, rules, () -> !pullers.isEmpty(), pulled);
        warmUp = Optional.of(practice);
        new DefaultThreadFactory("warm-up", true, Thread.MIN_PRIORITY)
                .newThread(() -> {
                    practice.run();
                    prepare();
                })
                .start();
    }

    private void prepare() {
        try {
            eventLoop.execute(contexts::prepare);
        } catch (RejectedExecutionException e) {
            // The server has ended meanwhile.
            LOG.log(Level.FINEST, e, () -> "nothing is left to prepare");
        }
    }

    /** Returns how many pulls have been practised so far. */
    int practised() {
        return warmUp.map(WarmUp::done).orElse(0);
    }

    /** Returns the port that is listened on, of several addresses that of the first, or empty while the server is inactive. */
    public OptionalInt port() {
        return listeners.stream()
                .mapToInt(listener -> ((InetSocketAddress) listener.localAddress()).getPort())
                .findFirst();
    }

    /**
     * Closes the port, lets pulls in flight end, and frees all resources. The server cannot be used again.
     *
     * @param patience how long pulls in flight may take; they are reset after that
     * @throws InterruptedException if interrupted while waiting
     */
    public void stop(Duration patience) throws InterruptedException {
        stopListening();
        warmUp.ifPresent(WarmUp::stop);
        // Whoever has not proved who they are has no claim on our patience.
        pullers.stream().filter(puller -> !puller.hasAttr(Reception.SERVED)).forEach(Channel::close);
        if (!pullers.newCloseFuture().await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            LOG.warning(() -> pullers.size() + " pulls did not end within " + patience.toSeconds() + " s");
            pullers.forEach(Reset::of);
            // An event loop that shuts down closes what is still open, which would overtake the resets.
            pullers.newCloseFuture().await(2, TimeUnit.SECONDS);
        }
        tasks.shutdownNow();
        visits.end();
        eventLoop.execute(contexts::close);
        eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(2, TimeUnit.SECONDS);
    }

    private void follow(PullPolicy policy) {
        mode = policy.mode();
        contexts.follow(policy.registry());
    }

    private void stopListening() {
        if (!listeners.isEmpty()) {
            String addresses = addresses();
            listeners.forEach(listener -> listener.close().syncUninterruptibly());
            listeners = List.of();
            announced = PullPolicy.Mode.INACTIVE;
            // Whoever reads this may count on it.
            LOG.info(() -> "no longer listening on " + addresses);
            visits.audit().record(AuditEvent.of(AuditEvent.Kind.PORT_CLOSED).with(Field.LISTEN, addresses));
        }
    }

    private ChannelFuture bind(InetSocketAddress address) {
        return new ServerBootstrap()
                .group(eventLoop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        welcome(channel);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
    }

    private void welcome(SocketChannel channel) {
        Visit visit = visits.from(channel.remoteAddress());
        Optional<AllowList> proxies = settings.door().proxies();
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
                            settings.timeout(),
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
