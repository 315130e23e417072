package dev.sluice.embedded.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS and a lock before a server of the platform. It takes the one user with a password, or a token that it gave to
 * that user at {@code /oauth/token}; everybody else gets 401.
 */
final class GuardedServer implements AutoCloseable {
    private static final String TOKENS = "/oauth/token";
    private static final Set<String> PASSED_ON = Set.of("content-type", "accept");

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final Set<String> given = ConcurrentHashMap.newKeySet();
    private final Set<String> valid = ConcurrentHashMap.newKeySet();
    private final Queue<String> admitted = new ConcurrentLinkedQueue<>();
    private final HttpsServer server;
    private final String target;
    private final String user;
    private final String password;

    GuardedServer(String target, SSLContext tls, String user, String password) {
        this.target = target;
        this.user = user;
        this.password = password;
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(threads);
        server.createContext("/", this::pass);
        server.createContext(TOKENS, this::giveToken);
        server.start();
    }

    String uri() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    String tokenEndpoint() {
        return uri() + TOKENS;
    }

    /** The schemes of the requests that were let through since the last call, {@code Basic} or {@code Bearer}. */
    Set<String> admitted() {
        Set<String> schemes = Set.copyOf(admitted);
        admitted.clear();
        return schemes;
    }

    /** All tokens that were given out. */
    Set<String> tokens() {
        return Set.copyOf(given);
    }

    /** What was given out so far counts no more. */
    void revokeTokens() {
        valid.clear();
    }

    private String basic() {
        String pair = user + ":" + password;
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private void giveToken(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> form = form(exchange);
            // Kafka's and Confluent's clients send them as a header, Iceberg's in the form.
            boolean known = basic().equals(exchange.getRequestHeaders().getFirst("Authorization"))
                    || (user.equals(form.get("client_id")) && password.equals(form.get("client_secret")));
            if (!known || !"client_credentials".equals(form.get("grant_type"))) {
                json(exchange, 401, "{\"error\":\"invalid_client\"}");
                return;
            }
            String token = "tok3n-" + UUID.randomUUID();
            given.add(token);
            valid.add(token);
            json(
                    exchange,
                    200,
                    "{\"access_token\":\"%s\",\"token_type\":\"bearer\",\"expires_in\":3600}".formatted(token));
        }
    }

    private static Map<String, String> form(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> form = new HashMap<>();
        for (String field : body.split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                form.put(
                        field.substring(0, equals),
                        URLDecoder.decode(field.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (!admits(authorization)) {
                json(
                        exchange,
                        401,
                        "{\"error_code\":40101,\"message\":\"Unauthorized\",\"error\":{\"message\":\"Unauthorized\","
                                + "\"type\":\"NotAuthorizedException\",\"code\":401}}");
                return;
            }
            HttpResponse<byte[]> answer = forwarded(exchange, body);
            answer.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            send(exchange, answer.statusCode(), answer.body());
        }
    }

    private boolean admits(@Nullable String authorization) {
        if (authorization == null) {
            return false;
        }
        boolean known = authorization.equals(basic())
                || (authorization.startsWith("Bearer ") && valid.contains(authorization.substring(7)));
        if (known) {
            admitted.add(authorization.substring(0, authorization.indexOf(' ')));
        }
        return known;
    }

    private HttpResponse<byte[]> forwarded(HttpExchange exchange, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((header, values) -> {
            if (PASSED_ON.contains(header.toLowerCase(java.util.Locale.ROOT))) {
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

    private static void json(HttpExchange exchange, int status, String text) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        send(exchange, status, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, empty ? -1 : body.length);
        if (!empty) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
