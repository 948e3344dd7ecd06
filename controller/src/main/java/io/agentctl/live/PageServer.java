package io.agentctl.live;

import io.agentctl.net.Deadline;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Answers GET requests for a few pages by HTTP/1.1 (RFC 9112), one a connection. Smaller than any library's server, which would stay in the
 * memory of every host of a fleet: no more of HTTP is understood than clients of all ages agree on. Requests are bounded in size, time and number.
 */
public final class PageServer implements Runnable {
    /** Longest request head, in bytes; what scrapers send has some hundred. */
    static final int MAX_HEAD = 8 * 1024;

    private static final int MOST_AT_ONCE = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration UNTIL_NEXT_TRY = Duration.ofMinutes(1);
    private static final Logger LOG = Logger.getLogger("io.agentctl.live");

    private final String what;
    private final SocketAddress address;
    private final Map<String, Page> pages;

    /** A refused or answered request. */
    private record Answer(String status, String contentType, String body) {
        static Answer refusal(String status) {
            return new Answer(status, "text/plain; charset=utf-8", status + "\n");
        }

        byte[] bytes(boolean withBody) {
            byte[] content = body.getBytes(StandardCharsets.UTF_8);
            byte[] head = ("HTTP/1.1 " + status + "\r\nContent-Type: " + contentType + "\r\nContent-Length: "
                            + content.length + "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            ByteBuffer all = ByteBuffer.allocate(head.length + (withBody ? content.length : 0));
            all.put(head);
            if (withBody) {
                all.put(content);
            }
            return all.array();
        }
    }

    /**
     * @param what names the pages in messages
     * @param address where to listen: of TCP, or a unix socket, which takes the place of one that nobody answers at
     * @param pages the pages by their paths, such as {@code /metrics}
     */
    public PageServer(String what, SocketAddress address, Map<String, Page> pages) {
        this.what = what;
        this.address = address;
        this.pages = Map.copyOf(pages);
    }

    /** Answers until the thread is interrupted. Where it cannot listen, that is said, all else goes on without, and it is tried again. */
    @Override
    public void run() {
        String trouble = "";
        try {
            while (true) {
                try {
                    listen();
                } catch (ClosedByInterruptException e) {
                    return;
                } catch (IOException | UnsupportedOperationException e) {
                    String reason = String.valueOf(e.getMessage());
                    LOG.log(
                            reason.equals(trouble) ? Level.FINE : Level.WARNING,
                            e,
                            () -> what + " cannot be had at " + name() + ": " + reason);
                    trouble = reason;
                }
                Thread.sleep(UNTIL_NEXT_TRY.toMillis());
            }
        } catch (InterruptedException e) {
            // The service ends.
            Thread.currentThread().interrupt();
        }
    }

    private void listen() throws IOException {
        if (address instanceof UnixDomainSocketAddress socket) {
            try (OwnedSocket owned = OwnedSocket.at(socket)) {
                serve(owned.channel());
            }
        } else {
            try (ServerSocketChannel channel = ServerSocketChannel.open()) {
                channel.bind(address);
                serve(channel);
            }
        }
    }

    private String name() {
        return address instanceof UnixDomainSocketAddress socket ? "unix:" + socket.getPath() : address.toString();
    }

    private void serve(ServerSocketChannel channel) throws IOException {
        LOG.log(
                address instanceof UnixDomainSocketAddress ? Level.FINE : Level.INFO,
                () -> what + " can be had at " + where(channel));
        ExecutorService clerks =
                new ThreadPoolExecutor(0, MOST_AT_ONCE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "page");
                    thread.setDaemon(true);
                    return thread;
                });
        try {
            while (true) {
                SocketChannel client = channel.accept();
                try {
                    clerks.execute(() -> answer(client));
                } catch (RejectedExecutionException e) {
                    // Too many: whoever it is may come again.
                    client.close();
                }
            }
        } finally {
            clerks.shutdownNow();
        }
    }

    private String where(ServerSocketChannel channel) {
        try {
            return address instanceof UnixDomainSocketAddress
                    ? name()
                    : channel.getLocalAddress().toString().replaceFirst("^.*/", "");
        } catch (IOException e) {
            return name();
        }
    }

    private void answer(SocketChannel client) {
        Deadline deadline = Deadline.in(PATIENCE, () -> close(client));
        try (client;
                deadline) {
            String request = requestLine(client);
            String[] words = request.split(" ", -1);
            boolean isHead = words[0].equals("HEAD");
            ByteBuffer answer = ByteBuffer.wrap(answer(words).bytes(!isHead));
            while (answer.hasRemaining()) {
                client.write(answer);
            }
            client.shutdownOutput();
        } catch (ClosedChannelException e) {
            LOG.log(Level.FINE, () -> "a request for " + what + " took too long");
        } catch (IOException e) {
            LOG.log(Level.FINE, e, () -> "a request for " + what + " ended early: " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.SEVERE, e, () -> what + ": unexpected failure: " + e);
        }
    }

    private Answer answer(String... words) {
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            return Answer.refusal("400 Bad Request");
        }
        if (!words[0].equals("GET") && !words[0].equals("HEAD")) {
            return Answer.refusal("405 Method Not Allowed");
        }
        Page page = pages.get(words[1]);
        return page == null
                ? Answer.refusal("404 Not Found")
                : new Answer("200 OK", page.contentType(), page.text().get());
    }

    /** Reads to the end of the head, or a client that still writes would never read the answer. */
    private static String requestLine(SocketChannel client) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(MAX_HEAD);
        while (head.hasRemaining() && client.read(head) >= 0) {
            String text = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
            if (text.contains("\r\n\r\n") || text.contains("\n\n")) {
                return text.substring(0, text.indexOf('\n')).stripTrailing();
            }
        }
        return "";
    }

    private static void close(SocketChannel client) {
        try {
            client.close();
        } catch (IOException e) {
            LOG.log(Level.FINEST, e, () -> "nothing is lost with a request that took too long");
        }
    }
}
