package io.agentctl.pull;

import io.agentctl.agent.AgentSource;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.Registry;
import io.agentctl.connection.SiteId;
import io.agentctl.connection.TrustRules;
import io.agentctl.executable.MappedPages;
import io.agentctl.executable.NativeExecutable;
import io.agentctl.pki.ImaginarySite;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.Revocation;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Practises pulls after the start, so that the first real one finds classes loaded and code compiled: a host is pulled once a minute,
 * and it would be half an hour before that happened by itself.
 *
 * <p>Practice pulls meet what real ones meet, from the socket to the agent's output, but nothing of it is real: they come over a
 * socket in a directory that nobody else may enter, on an event loop of their own, the site and the keys are {@linkplain
 * ImaginarySite imaginary}, and {@linkplain PracticeAgent no agent is run}. Practice waits while somebody is served.
 */
final class WarmUp implements Runnable {
    /** After which the compiler has what it waits for: it takes code that ran 200 times, and a pull runs most of it several times. */
    static final int PULLS = 60;

    /** Where all is compiled already: one by each version of TLS finds the rest of what only the first one of all does. */
    private static final int PULLS_OF_AN_EXECUTABLE = 3;

    private static final Logger LOG = Logger.getLogger("io.agentctl.pull");
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** A log of its own: nobody pulled. */
    private static final Logger UNHEARD = Logger.getAnonymousLogger();

    private static final InetSocketAddress NOBODY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    static {
        UNHEARD.setLevel(Level.OFF);
    }

    private final TlsStack tls;
    private final PullSettings settings;
    private final TrustRules rules;
    private final BooleanSupplier wanted;
    private final List<Connection> pulled;
    private final int pulls = NativeExecutable.isThis() ? PULLS_OF_AN_EXECUTABLE : PULLS;
    private final AtomicInteger done = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean stopped;

    /**
     * @param tls whose TLS to practise with
     * @param settings what the operator chose
     * @param rules how TLS is spoken, and what time it is
     * @param wanted whether somebody wants to be served, who comes first
     * @param pulled the real connections, of which nothing is used but what the sites have signed
     */
    WarmUp(TlsStack tls, PullSettings settings, TrustRules rules, BooleanSupplier wanted, List<Connection> pulled) {
        this.tls = tls;
        this.settings = settings;
        this.rules = rules;
        this.wanted = wanted;
        this.pulled = List.copyOf(pulled);
    }

    @Override
    public void run() {
        long begin = System.nanoTime();
        try {
            practise();
            LOG.fine(() -> "practised " + done.get() + " pulls in "
                    + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | PkiException | RuntimeException e) {
            // Real pulls do not depend on it: they are only slower at first.
            LOG.log(Level.FINE, e, () -> "practice ended after " + done.get() + " pulls: " + e);
        } finally {
            over.countDown();
        }
    }

    /** Ends practice after the pull under way. */
    void stop() {
        stopped = true;
    }

    /**
     * Waits until practice has left nothing behind.
     *
     * @param patience how long at most
     * @throws InterruptedException if interrupted
     */
    void awaitEnd(Duration patience) throws InterruptedException {
        if (!over.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            LOG.fine(() -> "practice did not end within " + patience.toMillis() + " ms");
        }
    }

    /** Returns how many pulls have been practised. */
    int done() {
        return done.get();
    }

    private void practise() throws InterruptedException, IOException, PkiException {
        Path folder = Files.createTempDirectory("agent-ctl-practice");
        Path agent = folder.resolve("agent");
        Path port = folder.resolve("port");
        try (PracticeAgent practiceAgent = new PracticeAgent(agent)) {
            practise(practiceAgent.source(settings.timeout()), port);
        } finally {
            Files.deleteIfExists(port);
            Files.deleteIfExists(agent);
            Files.deleteIfExists(folder);
        }
    }

    private void practise(AgentSource agent, Path port) throws InterruptedException, PkiException, IOException {
        ImaginarySite site = ImaginarySite.at(rules.clock().instant());
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("practice", true), NioIoHandler.newFactory());
        ExecutorService tasks = Executors.newCachedThreadPool(new DefaultThreadFactory("practice-pull", true));
        SslContext fetcher = tls.client(site.fetcher(), rules.tls());
        try (TlsContexts contexts =
                new TlsContexts(tls, new TrustRules(Map.of(), Revocation.UNKNOWN, rules.tls(), rules.clock()))) {
            contexts.follow(new Registry(List.of(connection(site)), Map.of()));
            listen(loop, new Reception(settings, () -> contexts, agent, new Semaphore(pulls), tasks), port);
            knock();
            while (done.get() < pulls && !stopped) {
                if (wanted.getAsBoolean()) {
                    TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
                } else {
                    if (done.get() == 1) {
                        // All that was there for the start alone; what pulls need comes again with the others.
                        MappedPages.ofThis().giveBack();
                    }
                    new PracticePull(fetcher, site.uuid(), protocol()).from(UnixDomainSocketAddress.of(port));
                    readSignature();
                    done.incrementAndGet();
                }
            }
            // Before the contexts are closed, which belong to the loop.
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            tasks.shutdown();
            ReferenceCountUtil.release(fetcher);
        }
    }

    private static void listen(EventLoopGroup loop, Reception reception, Path port) throws InterruptedException {
        new ServerBootstrap()
                .group(loop)
                .channelFactory(NioServerDomainSocketChannel::new)
                .childHandler(new ChannelInitializer<NioDomainSocketChannel>() {
                    @Override
                    protected void initChannel(NioDomainSocketChannel channel) {
                        reception.welcome(channel, Visits.unheard(UNHEARD).from(NOBODY), false);
                    }
                })
                .bind(UnixDomainSocketAddress.of(port))
                .sync();
    }

    /** What comes before that: a count of nobody's connections, and a socket that is connected to nothing. */
    private void knock() {
        Admission admission = new Admission(settings.door(), System::nanoTime);
        InetAddress nobody = NOBODY.getAddress();
        if (admission.enter(nobody).isEmpty()) {
            admission.leave(nobody);
        }
        new NioSocketChannel().unsafe().closeForcibly();
    }

    /** Sites on old distributions speak the older version. */
    private String protocol() {
        List<String> versions = rules.tls().protocols();
        return versions.get(done.get() % 3 == 2 ? versions.size() - 1 : 0);
    }

    /** Sites sign by other means than the imaginary one: by RSA, as a rule. A root's signature is its own. */
    private void readSignature() {
        if (pulled.isEmpty()) {
            return;
        }
        try {
            X509Certificate root = Pem.certificates(pulled.get(0).rootCert()).get(0);
            // Not by the certificate's own method, which the JDK answers from memory the second time.
            Signature signature = Signature.getInstance(root.getSigAlgName());
            signature.initVerify(root.getPublicKey());
            signature.update(root.getTBSCertificate());
            signature.verify(root.getSignature());
        } catch (PkiException | GeneralSecurityException e) {
            LOG.log(Level.FINEST, e, () -> "the signatures of " + pulled.get(0).name() + " cannot be practised");
        }
    }

    private static Connection connection(ImaginarySite site) throws PkiException {
        return Connection.registered(
                ConnectionMode.PULL,
                new ReceiverAddress(new SiteId("practice", "practice"), 1),
                site.uuid(),
                Pem.of(site.agent().privateKey()),
                Pem.of(site.agent().certificate()),
                Pem.of(site.root()));
    }
}
