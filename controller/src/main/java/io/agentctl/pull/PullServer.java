package io.agentctl.pull;

import io.agentctl.agent.AgentSource;
import io.agentctl.connection.Connection;
import io.agentctl.connection.PullPolicy;
import io.agentctl.net.PortOwner;
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
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Clock;
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

/**
 * Serves the agent's output on the pull port as a {@link PullPolicy} says, which can be exchanged at any time: the port is opened
 * and closed accordingly, new handshakes meet the new policy, and pulls in flight end on the old one.
 *
 * <p>{@link #apply} and {@link #stop} must be called from one thread at a time.
 */
public final class PullServer {
    private static final Logger LOG = Logger.getLogger("io.agentctl.pull");

    private final PullSettings settings;
    private final TlsStack tls;
    private final Clock clock;
    private final Admission admission;
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
    private Channel listener;

    /**
     * Makes a server that does not listen yet.
     *
     * @param settings what the operator chose
     * @param tls whose TLS
     * @param agent where the output comes from
     * @param clock tells when certificates must be valid
     */
    public PullServer(PullSettings settings, TlsStack tls, AgentSource agent, Clock clock) {
        this.settings = settings;
        this.tls = tls;
        this.clock = clock;
        this.admission = new Admission(settings);
        this.contexts = new TlsContexts(tls, clock);
        this.reception = new Reception(settings, contexts, agent, tasks, LOG);
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
        } else if (listener == null) {
            listener = listen();
            LOG.info(() -> "listening on " + listener.localAddress());
        }
        if (policy.mode() == PullPolicy.Mode.TLS && settings.warmUp() && warmUp.isEmpty()) {
            warmUp(policy.registry().pulled());
        }
    }

    /** First what all pulls do, then what these connections' need besides. */
    private void warmUp(List<Connection> pulled) {
        WarmUp practice = new WarmUp(tls, settings, clock, () -> !pullers.isEmpty(), pulled);
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

    /** Returns the port that is listened on, or empty while the server is inactive. */
    public OptionalInt port() {
        return listener == null
                ? OptionalInt.empty()
                : OptionalInt.of(((InetSocketAddress) listener.localAddress()).getPort());
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
        eventLoop.execute(contexts::close);
        eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(2, TimeUnit.SECONDS);
    }

    private void follow(PullPolicy policy) {
        mode = policy.mode();
        contexts.follow(policy.registry());
    }

    private void stopListening() {
        if (listener != null) {
            SocketAddress address = listener.localAddress();
            listener.close().syncUninterruptibly();
            listener = null;
            // Whoever reads this may count on it.
            LOG.info(() -> "no longer listening on " + address);
        }
    }

    private Channel listen() throws ListenException {
        // Java's wildcard is dual-stack wherever the host has IPv6.
        ChannelFuture attempt = bind(new InetSocketAddress(settings.port()));
        if (!attempt.isSuccess() && !isInUse(attempt.cause())) {
            LOG.info(() -> "cannot listen on IPv6 (" + attempt.cause().getMessage() + "), trying IPv4 alone");
            ChannelFuture ipv4 = bind(new InetSocketAddress("0.0.0.0", settings.port()));
            if (ipv4.isSuccess()) {
                return ipv4.channel();
            }
        }
        if (attempt.isSuccess()) {
            return attempt.channel();
        }
        throw new ListenException(refusal(attempt.cause()), attempt.cause());
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
        InetAddress puller = channel.remoteAddress().getAddress();
        Optional<String> refusal = admission.enter(puller);
        if (refusal.isPresent()) {
            LOG.info(() -> "refused " + puller.getHostAddress() + ": " + refusal.get());
            channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> admission.leave(puller));
        pullers.add(channel);
        if (mode == PullPolicy.Mode.INACTIVE) {
            channel.close();
            return;
        }
        reception.welcome(channel, puller, mode == PullPolicy.Mode.LEGACY);
    }

    private String refusal(Throwable cause) {
        if (!isInUse(cause)) {
            return "cannot listen on port " + settings.port() + ": " + cause.getMessage();
        }
        String owner = new PortOwner(Path.of("/proc"))
                .of(settings.port())
                .map(process -> process + " has it")
                .orElse("another process has it");
        return "cannot listen on port " + settings.port() + ": " + owner
                + "; stop that, or choose another port with pull_port or --port";
    }

    private static boolean isInUse(Throwable cause) {
        return cause instanceof BindException
                && String.valueOf(cause.getMessage()).contains("in use");
    }
}
