package io.agentctl.site;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What an endpoint does instead of what it should. The request's body has been read when it is asked. */
@FunctionalInterface
public interface Fault {
    /** None: the proper answer. */
    Fault NONE = (exchange, proper) -> proper.handle(exchange);

    /** Ends the connection without an answer. */
    Fault HANG_UP = (exchange, proper) -> exchange.close();

    /** Announces a thousand bytes, sends ten and ends the connection. */
    Fault BREAK_OFF = (exchange, proper) -> {
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write("{\"detail\":".getBytes(StandardCharsets.US_ASCII));
        exchange.getResponseBody().flush();
        exchange.close();
    };

    /** Sends white space, which JSON may begin with, a byte at a time and without end. */
    Fault DRIP = (exchange, proper) -> {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        OutputStream body = exchange.getResponseBody();
        while (true) {
            body.write(' ');
            body.flush();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    };

    /**
     * Answers or not.
     *
     * @param exchange the request
     * @param proper what the endpoint should do
     * @throws IOException if the answer cannot be sent
     * @throws InterruptedException if the site is closed meanwhile
     */
    void apply(HttpExchange exchange, HttpHandler proper) throws IOException, InterruptedException;

    /** Refuses with the site's own form of errors. */
    static Fault detail(int status, String detail) {
        return (exchange, proper) -> Answer.detail(status, detail).sendOn(exchange);
    }

    /** Answers with any body. */
    static Fault body(int status, String contentType, String body) {
        return (exchange, proper) -> new Answer(status, contentType, body).sendOn(exchange);
    }

    /** Answers with a proxy's error page. */
    static Fault html(int status) {
        return body(
                status,
                "text/html",
                "<!DOCTYPE html>\n<html><head><title>" + status + " Error</title></head>\n" + "<body><center><h1>"
                        + status + " Error</h1></center></body></html>\n");
    }

    /** Answers without a body. */
    static Fault empty(int status) {
        return body(status, "application/json", "");
    }

    /** Answers with 10 MB of well-formed JSON. */
    static Fault huge(int status) {
        return body(status, "application/json", "{\"detail\":\"" + "x".repeat(10_000_000) + "\"}");
    }

    /** Answers with well-formed JSON that is nested a hundred thousand deep. */
    static Fault nested(int status) {
        int depth = 100_000;
        return body(status, "application/json", "{\"detail\":" + "[".repeat(depth) + "]".repeat(depth) + "}");
    }

    /** Fails a number of times, then answers properly. */
    static Fault times(int count, Fault fault) {
        AtomicInteger left = new AtomicInteger(count);
        return (exchange, proper) -> (left.getAndDecrement() > 0 ? fault : NONE).apply(exchange, proper);
    }

    /** Does not answer until it is released; then properly. */
    final class Silence implements Fault {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        @Override
        public void apply(HttpExchange exchange, HttpHandler proper) throws IOException, InterruptedException {
            asked.countDown();
            released.await();
            proper.handle(exchange);
        }

        /** Waits until somebody waits for the answer. */
        public void awaitAsked() throws InterruptedException {
            if (!asked.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody has asked for a minute");
            }
        }

        /** Lets all answers go. */
        public void release() {
            released.countDown();
        }
    }
}
