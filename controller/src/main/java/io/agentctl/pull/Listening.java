package io.agentctl.pull;

import io.agentctl.net.ListenAddress;
import io.agentctl.net.PortOwner;
import io.agentctl.pull.PullSettings.Door;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.logging.Logger;

/**
 * Opens the port where it is to be: on all addresses, or on those that are named, and then on all of them or none.
 *
 * @param door where that is
 * @param bind tries to listen, to the end of the attempt
 */
record Listening(Door door, Function<InetSocketAddress, ChannelFuture> bind) {
    private static final Logger LOG = Logger.getLogger("io.agentctl.pull");

    /**
     * Opens it.
     *
     * @return what listens, at least one
     * @throws ListenException if it cannot be opened
     */
    List<Channel> open() throws ListenException {
        return door.listen().isEmpty() ? List.of(everywhere()) : named();
    }

    /** Java's wildcard is dual-stack wherever the host has IPv6. */
    private Channel everywhere() throws ListenException {
        ChannelFuture attempt = bind.apply(new InetSocketAddress(door.port()));
        if (attempt.isSuccess()) {
            return attempt.channel();
        }
        if (!isInUse(attempt.cause())) {
            LOG.info(() -> "cannot listen on IPv6 (" + attempt.cause().getMessage() + "), trying IPv4 alone");
            ChannelFuture ipv4 = bind.apply(new InetSocketAddress("0.0.0.0", door.port()));
            if (ipv4.isSuccess()) {
                return ipv4.channel();
            }
        }
        throw failure(
                "port " + door.port(), door.port(), attempt.cause(), "choose another port with pull_port or --port");
    }

    private List<Channel> named() throws ListenException {
        List<Channel> open = new ArrayList<>();
        boolean complete = false;
        try {
            for (InetSocketAddress address : addresses()) {
                ChannelFuture attempt = bind.apply(address);
                if (!attempt.isSuccess()) {
                    throw failure(
                            text(address), address.getPort(), attempt.cause(), "choose another address with listen");
                }
                open.add(attempt.channel());
            }
            complete = true;
            return open;
        } finally {
            if (!complete) {
                close(open);
            }
        }
    }

    /**
     * Closes what listens. Afterwards nobody can connect any more, and the addresses can be listened on again.
     *
     * @param open what listens, of event loops that are not the caller's
     */
    static void close(List<Channel> open) {
        open.forEach(listener -> listener.close().syncUninterruptibly());
        open.forEach(listener -> nextRound(listener.eventLoop()).syncUninterruptibly());
    }

    /** NIO lets go of a socket when its selector is asked the next time, and what a loop schedules on itself comes after that. */
    private static Future<Void> nextRound(EventLoop loop) {
        Promise<Void> begun = loop.newPromise();
        loop.execute(() -> loop.schedule(() -> begun.setSuccess(null), 0, TimeUnit.NANOSECONDS));
        return begun;
    }

    private Set<InetSocketAddress> addresses() throws ListenException {
        Set<InetSocketAddress> addresses = new LinkedHashSet<>();
        for (ListenAddress wanted : door.listen()) {
            try {
                addresses.addAll(wanted.resolve(door.port()));
            } catch (SocketException e) {
                throw new ListenException("cannot listen on " + wanted + ": " + e.getMessage(), e);
            }
        }
        return addresses;
    }

    private static ListenException failure(String where, int port, Throwable cause, String remedy) {
        if (!isInUse(cause)) {
            return new ListenException("cannot listen on " + where + ": " + cause.getMessage(), cause);
        }
        String owner = new PortOwner(Path.of("/proc"))
                .of(port)
                .map(process -> process + " has it")
                .orElse("another process has it");
        return new ListenException("cannot listen on " + where + ": " + owner + "; stop that, or " + remedy, cause);
    }

    /** Returns an address as users write it. */
    static String text(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        if (host.isAnyLocalAddress() && host.getAddress().length > 4) {
            return "[::]:" + address.getPort();
        }
        return (host.getAddress().length == 4 ? host.getHostAddress() : "[" + host.getHostAddress() + "]") + ":"
                + address.getPort();
    }

    private static boolean isInUse(Throwable cause) {
        return cause instanceof BindException
                && String.valueOf(cause.getMessage()).contains("in use");
    }
}
