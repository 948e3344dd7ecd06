package io.agentctl.pull;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionMode;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.Registry;
import io.agentctl.connection.SiteId;
import io.agentctl.pki.ImaginarySite;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * Practises pulls after the start, so that the first real one finds classes loaded and code compiled: a host is pulled once a minute,
 * and it would be half an hour before that happened by itself.
 *
 * <p>Each practice pull goes through the handlers of a real one, between two channels that exist in memory only: there is no port
 * that anybody could reach, the site and the keys are {@linkplain ImaginarySite imaginary}, and no agent is run. It gives way as
 * soon as somebody connects, and goes on when they are gone.
 */
final class WarmUp implements Runnable {
    /** After which the compiler has what it waits for: it takes code that ran 200 times, and a pull runs most of it several times. */
    static final int PULLS = 60;

    private static final Logger LOG = Logger.getLogger("io.agentctl.pull");
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(20);

    /** More exchanges than any handshake and payload need; a practice pull that wants more is stuck. */
    private static final int MOST_EXCHANGES = 100;

    /** A log of its own: nobody pulled. */
    private static final Logger UNHEARD = Logger.getAnonymousLogger();

    static {
        UNHEARD.setLevel(Level.OFF);
    }

    private final TlsStack tls;
    private final PullSettings settings;
    private final Clock clock;
    private final BooleanSupplier wanted;
    private volatile boolean stopped;
    private final AtomicInteger done = new AtomicInteger();

    /** Whether the pull under way has been given up, for good: what it left undone is no failure. */
    private boolean gaveWay;

    /**
     * @param tls whose TLS to practise with
     * @param settings what the operator chose
     * @param clock tells when certificates must be valid
     * @param wanted whether somebody wants to be served, who comes first
     */
    WarmUp(TlsStack tls, PullSettings settings, Clock clock, BooleanSupplier wanted) {
        this.tls = tls;
        this.settings = settings;
        this.clock = clock;
        this.wanted = wanted;
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
        } catch (IOException | PkiException | UnusableConnectionException | RuntimeException e) {
            // Real pulls do not depend on it: they are only slower at first.
            LOG.log(Level.FINE, e, () -> "practice ended after " + done.get() + " pulls: " + e);
        }
    }

    /** Ends practice at the next opportunity. */
    void stop() {
        stopped = true;
    }

    /** Returns how many pulls have been practised. */
    int done() {
        return done.get();
    }

    private void practise() throws InterruptedException, IOException, PkiException, UnusableConnectionException {
        knock();
        ImaginarySite site = ImaginarySite.at(clock.instant());
        SslContext fetcher = tls.client(site.fetcher());
        try (TlsContexts contexts = new TlsContexts(tls, clock)) {
            contexts.follow(new Registry(List.of(connection(site)), Map.of()));
            while (done.get() < PULLS && !stopped) {
                if (wanted.getAsBoolean()) {
                    TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
                } else if (pull(contexts, fetcher, site)) {
                    done.incrementAndGet();
                }
            }
        } finally {
            ReferenceCountUtil.release(fetcher);
        }
    }

    /** What comes before the handlers: a count of nobody's connections, and a socket that is connected to nothing. */
    private void knock() {
        Admission admission = new Admission(settings);
        InetAddress nobody = InetAddress.getLoopbackAddress();
        if (admission.enter(nobody).isEmpty()) {
            admission.leave(nobody);
        }
        new NioSocketChannel().unsafe().closeForcibly();
    }

    /** Pulls once; returns whether that came to its end, instead of giving way. */
    private boolean pull(TlsContexts contexts, SslContext context, ImaginarySite site) throws IOException {
        gaveWay = false;
        Queue<Runnable> tasks = new ArrayDeque<>();
        boolean served = false;
        EmbeddedChannel server = new EmbeddedChannel(
                new ServerNameHandler(contexts),
                new TlsGate("practice", WRITE_TIMEOUT, UNHEARD),
                new PullHandler(this::task, tasks::add));
        // The announcement, which is not TLS.
        ReferenceCountUtil.release(server.readOutbound());
        EmbeddedChannel client = new EmbeddedChannel(handler(context, server, site));
        try {
            for (int i = 0; i < MOST_EXCHANGES && server.isOpen(); i++) {
                if (givesWay()) {
                    return false;
                }
                pass(client, server);
                Runnable task = tasks.poll();
                if (task != null) {
                    task.run();
                    served = true;
                }
                pass(server, client);
                client.releaseInbound();
            }
            if (givesWay()) {
                return false;
            }
            if (server.isOpen() || !served) {
                throw new IOException("a practice pull " + (served ? "does not end" : "was refused"));
            }
            return true;
        } finally {
            client.finishAndReleaseAll();
            server.finishAndReleaseAll();
        }
    }

    private boolean givesWay() {
        gaveWay = gaveWay || stopped || wanted.getAsBoolean();
        return gaveWay;
    }

    private PullTask task(Channel channel) {
        return new PullTask(
                channel,
                InetAddress.getLoopbackAddress(),
                "practice",
                new PracticeAgent(this::givesWay),
                Payload.framed(channel.alloc(), settings.compression()),
                WRITE_TIMEOUT,
                UNHEARD);
    }

    private SslHandler handler(SslContext context, Channel channel, ImaginarySite site) {
        SslHandler handler = context.newHandler(channel.alloc());
        SSLEngine engine = handler.engine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(site.uuid().toString())));
        // Sites on old distributions speak the older version.
        parameters.setProtocols(new String[] {done.get() % 3 == 2 ? "TLSv1.2" : "TLSv1.3"});
        engine.setSSLParameters(parameters);
        return handler;
    }

    private static void pass(EmbeddedChannel from, EmbeddedChannel to) {
        for (Object message = from.readOutbound(); message != null; message = from.readOutbound()) {
            if (to.isOpen()) {
                to.writeInbound(message);
            } else {
                ReferenceCountUtil.release(message);
            }
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
