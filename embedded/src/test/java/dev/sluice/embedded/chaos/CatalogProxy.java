package dev.sluice.embedded.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a catalog and spoils what passes: it goes away, holds a commit until something else has happened, or
 * loses the answer to a commit that was made.
 */
public final class CatalogProxy implements AutoCloseable {
    private static final String SNAPSHOT = "add-snapshot";

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final Map<String, Runnable> held = new ConcurrentHashMap<>();
    private final Map<String, Runnable> spoilt = new ConcurrentHashMap<>();
    private final AtomicInteger lost = new AtomicInteger();
    private final String target;
    private final int port;
    private HttpServer server;

    public CatalogProxy(String target) {
        this.target = target;
        this.server = serve(0);
        this.port = server.getAddress().getPort();
    }

    public String uri() {
        return "http://127.0.0.1:" + port;
    }

    /** Nobody answers at the address any more. */
    void down() {
        server.stop(0);
    }

    void up() {
        server = serve(port);
    }

    /**
     * The next commit of a snapshot to the table goes through, and is answered with 500.
     *
     * @param table {@code namespace.name}
     */
    void loseTheAnswerOfTheNextCommitTo(String table) {
        afterTheNextCommitTo(table, () -> {});
    }

    /** Like {@link #loseTheAnswerOfTheNextCommitTo}, with something done between the commit and the answer. */
    public void afterTheNextCommitTo(String table, Runnable action) {
        spoilt.put(path(table), action);
    }

    /** The next commit of a snapshot to the table waits on its way while something is done. */
    public void beforeTheNextCommitTo(String table, Runnable action) {
        held.put(path(table), action);
    }

    private static String path(String table) {
        return "/namespaces/" + table.replace(".", "/tables/");
    }

    /** Answers lost so far. */
    int lost() {
        return lost.get();
    }

    private HttpServer serve(int onPort) {
        try {
            HttpServer made = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort), 0);
            made.setExecutor(threads);
            made.createContext("/", this::pass);
            made.start();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Runnable hold = planned(held, exchange, body);
            if (hold != null) {
                hold.run();
            }
            HttpResponse<byte[]> answer = forwarded(exchange, body);
            Runnable spoil = planned(spoilt, exchange, body);
            if (spoil != null) {
                spoil.run();
                lost.incrementAndGet();
                byte[] error =
                        "{\"error\":{\"message\":\"lost by the test\",\"type\":\"InternalServerError\",\"code\":500}}"
                                .getBytes(StandardCharsets.UTF_8);
                answer(exchange, 500, error);
                return;
            }
            answer.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            answer(exchange, answer.statusCode(), answer.body());
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private HttpResponse<byte[]> forwarded(HttpExchange exchange, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        Set<String> kept = Set.of("content-type", "accept");
        exchange.getRequestHeaders().forEach((header, values) -> {
            if (kept.contains(header.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(header, value));
            }
        });
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static @Nullable Runnable planned(Map<String, Runnable> plans, HttpExchange exchange, byte[] body) {
        String path = exchange.getRequestURI().getPath();
        boolean commits = exchange.getRequestMethod().equals("POST")
                && new String(body, StandardCharsets.UTF_8).contains(SNAPSHOT);
        return commits
                ? plans.keySet().stream()
                        .filter(path::endsWith)
                        .findFirst()
                        .map(plans::remove)
                        .orElse(null)
                : null;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
