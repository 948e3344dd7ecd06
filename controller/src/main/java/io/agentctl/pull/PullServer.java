package io.agentctl.pull;

import io.agentctl.audit.AuditEvent;
import io.agentctl.audit.Field;
import io.agentctl.connection.Connection;
import io.agentctl.connection.PullPolicy;
import io.agentctl.connection.Registry;
import io.agentctl.pull.PullSettings.Door;
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
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * Serves the agent's output on the pull port as a {@link PullPolicy} says and by {@link Terms}, which can both be exchanged at any time: the
 * port is opened and closed accordingly, new handshakes meet what is new, and pulls in flight end on what was.
 *
 * <p>{@link #apply}, {@link #adopt} and {@link #stop} must be called from one thread at a time.
 */
public final class PullServer {
    private static final Logger LOG = Logger.getLogger("io.agentctl.pull");
    private static final Logger DOOR = Logger.getLogger("io.agentctl.door");

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

    /** What new connections meet; exchanged by the event loop. */
    private volatile Desk desk;

    private Terms terms;
    private PullPolicy policy = new PullPolicy(Registry.EMPTY, false);
    private Optional<WarmUp> warmUp = Optional.empty();
    private volatile List<Channel> listeners = List.of();

    /** What was said last about the port. */
    private PullPolicy.Mode announced = PullPolicy.Mode.INACTIVE;

    private boolean isExposureTold;

    /**
     * Makes a server that does not listen yet.
     *
     * @param terms what follows from the settings
     */
    public PullServer(Terms terms) {
        this.terms = terms;
        this.desk = new Desk(terms, pullers, tasks, () -> desk);
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
        this.policy = policy;
        terms.activity().follows(policy.registry());
        eventLoop.submit(() -> desk.follow(policy)).syncUninterruptibly();
        if (policy.mode() == PullPolicy.Mode.INACTIVE) {
            stopListening();
        } else if (listeners.isEmpty()) {
            listen(new Listening(door(), this::bind).open());
        } else {
            announce();
        }
        if (policy.mode() == PullPolicy.Mode.TLS && terms.settings().warmUp() && warmUp.isEmpty()) {
            warmUp(policy.registry().pulled());
        }
    }

    /**
     * Serves by other terms from now on. Nobody who connects meanwhile is turned away, unless the port moves.
     *
     * @param next what follows from the settings now
     * @throws ListenException if the port cannot be opened where it shall be now; all then stays as it was, except that a port which could not be
     *     opened again where it was is closed until the policy is applied again
     */
    public void adopt(Terms next) throws ListenException {
        Desk former = desk;
        // First, or whoever comes to a new place would be met by the old terms for a moment.
        take(new Desk(next, pullers, tasks, () -> desk));
        if (!listeners.isEmpty() && !next.settings().door().isWhere(door())) {
            try {
                move(next.settings().door());
            } catch (ListenException e) {
                Desk refused = desk;
                take(former);
                eventLoop.submit(refused::close).syncUninterruptibly();
                throw e;
            }
        }
        terms = next;
        isExposureTold = false;
        tellExposure();
        eventLoop.submit(former::close).syncUninterruptibly();
    }

    private void take(Desk next) {
        eventLoop
                .submit(() -> {
                    desk = next;
                    desk.follow(policy);
                    if (warmUp.isPresent()) {
                        desk.prepare();
                    }
                })
                .syncUninterruptibly();
    }

    /** The old place is given up before the new one is taken only where both overlap. */
    private void move(Door next) throws ListenException {
        List<Channel> former = listeners;
        String left = addresses();
        try {
            List<Channel> opened = new Listening(next, this::bind).open();
            Listening.close(former);
            listeners = opened;
            terms.audit().record(AuditEvent.of(AuditEvent.Kind.PORT_CLOSED).with(Field.LISTEN, left));
            announced = PullPolicy.Mode.INACTIVE;
        } catch (ListenException refused) {
            if (former.stream().noneMatch(listener -> overlaps(listener, next))) {
                throw refused;
            }
            stopListening();
            listeners = reopened(next);
        }
        announce();
        LOG.info(() -> "listening on " + addresses() + " instead of " + left);
    }

    private List<Channel> reopened(Door next) throws ListenException {
        try {
            return new Listening(next, this::bind).open();
        } catch (ListenException refused) {
            apply(policy);
            throw refused;
        }
    }

    private static boolean overlaps(Channel listener, Door next) {
        return next.ports().contains(((InetSocketAddress) listener.localAddress()).getPort());
    }

    private Door door() {
        return terms.settings().door();
    }

    private void listen(List<Channel> opened) {
        listeners = opened;
        // Whoever reads that we listen, and pulls, comes after this in the audit log.
        announce();
        tellExposure();
        LOG.info(() -> "listening on " + addresses());
    }

    private void tellExposure() {
        if (!isExposureTold && !listeners.isEmpty() && door().openToAnyone()) {
            isExposureTold = true;
            DOOR.warning(
                    () -> "anyone who reaches " + addresses()
                            + " may knock there: name who may connect (allowed_ip), or listen on internal addresses alone (listen)");
        }
    }

    /** Only while the port is open. */
    private void announce() {
        PullPolicy.Mode mode = policy.mode();
        if (mode != announced) {
            announced = mode;
            terms.audit()
                    .record(AuditEvent.of(
                                    mode == PullPolicy.Mode.TLS
                                            ? AuditEvent.Kind.PORT_OPENED
                                            : AuditEvent.Kind.LEGACY_PULL_OPENED)
                            .with(Field.LISTEN, addresses()));
        }
    }

    private String addresses() {
        return listeners.stream()
                .map(listener -> Listening.text((InetSocketAddress) listener.localAddress()))
                .collect(Collectors.joining(", "));
    }

    /** First what all pulls do, then what these connections' need besides. */
    private void warmUp(List<Connection> pulled) {
        WarmUp practice = new WarmUp(terms.tls(), terms.settings(), terms.rules(), () -> !pullers.isEmpty(), pulled);
        warmUp = Optional.of(practice);
        new DefaultThreadFactory("warm-up", true, Thread.MIN_PRIORITY)
                .newThread(() -> {
                    practice.run();
                    prepare();
                    // What practice has left behind would stay with the process for hours of one pull a minute.
                    System.gc();
                })
                .start();
    }

    private void prepare() {
        try {
            eventLoop.execute(() -> desk.prepare());
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
        eventLoop.submit(() -> desk.close()).await(2, TimeUnit.SECONDS);
        eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(2, TimeUnit.SECONDS);
        if (warmUp.isPresent()) {
            warmUp.get().awaitEnd(Duration.ofSeconds(2));
        }
    }

    private void stopListening() {
        if (!listeners.isEmpty()) {
            String addresses = addresses();
            Listening.close(listeners);
            listeners = List.of();
            announced = PullPolicy.Mode.INACTIVE;
            // Whoever reads this may count on it.
            LOG.info(() -> "no longer listening on " + addresses);
            terms.audit().record(AuditEvent.of(AuditEvent.Kind.PORT_CLOSED).with(Field.LISTEN, addresses));
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
                        desk.welcome(channel);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
    }

    /**
     * Finds out whether those who connect are met.
     *
     * @param patience how long that may take
     * @return whether they are, as far as one can tell without connecting
     * @throws InterruptedException if interrupted
     */
    public boolean isResponsive(Duration patience) throws InterruptedException {
        return eventLoop.submit(() -> {}).await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }
}
