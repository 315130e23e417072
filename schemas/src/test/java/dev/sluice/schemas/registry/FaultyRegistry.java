package dev.sluice.schemas.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** Answers what the test told it to, in order, the last one for ever, and remembers what it was asked. */
final class FaultyRegistry implements AutoCloseable {
    sealed interface Reply {}

    /** A whole answer. */
    record Body(int status, String json) implements Reply {}

    /** Headers and the start of a body, then nothing until the registry is closed. */
    record Hanging() implements Reply {}

    /** Nothing until the latch is open, then the answer. */
    record Late(CountDownLatch gate, Body body) implements Reply {}

    record Request(String method, String uri, Optional<String> authorization, Optional<String> type, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Deque<Reply> replies = new ConcurrentLinkedDeque<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    private FaultyRegistry(HttpServer server, Reply... replies) {
        this.server = server;
        this.replies.addAll(List.of(replies));
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    static FaultyRegistry answering(Reply... replies) throws IOException {
        return new FaultyRegistry(HttpServer.create(loopback(), 0), replies);
    }

    static FaultyRegistry withTls(SSLContext context, Reply... replies) throws IOException {
        HttpsServer server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return new FaultyRegistry(server, replies);
    }

    /** Talks only to clients with a certificate that the context trusts. */
    static FaultyRegistry withMutualTls(SSLContext context, Reply... replies) throws IOException {
        HttpsServer server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters strict = context.getDefaultSSLParameters();
                strict.setNeedClientAuth(true);
                parameters.setSSLParameters(strict);
            }
        });
        return new FaultyRegistry(server, replies);
    }

    static Body ok(String json) {
        return new Body(200, json);
    }

    static Body error(int status, int code, String message) {
        return new Body(status, "{\"error_code\":%d,\"message\":\"%s\"}".formatted(code, message));
    }

    String url() {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return "%s://localhost:%d".formatted(scheme, server.getAddress().getPort());
    }

    List<Request> requests() {
        return requests;
    }

    void answer(Reply reply) {
        replies.clear();
        replies.add(reply);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type")),
                body));
        Reply reply = replies.size() > 1 ? replies.remove() : replies.element();
        try (exchange) {
            if (reply instanceof Body whole) {
                send(exchange, whole);
            } else if (reply instanceof Late late) {
                late.gate().await();
                send(exchange, late.body());
            } else {
                exchange.sendResponseHeaders(200, 100);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
                closing.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, Body body) throws IOException {
        byte[] bytes = body.json().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(body.status(), bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
