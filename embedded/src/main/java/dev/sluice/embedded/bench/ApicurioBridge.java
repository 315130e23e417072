package dev.sluice.embedded.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.HttpSchemaRegistry;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The calls that Apicurio's Avro converter makes of Apicurio's own API (core, version 2) to read a schema by its id,
 * answered from a registry that speaks Confluent's.
 */
final class ApicurioBridge implements AutoCloseable {
    private static final String BASE = "/apis/registry/v2";
    private static final Pattern BY_ID = Pattern.compile(BASE + "/ids/(?:contentIds|globalIds)/(\\d+)(/references)?/?");

    private final HttpServer server;
    private final SchemaRegistry registry;

    private ApicurioBridge(HttpServer server, SchemaRegistry registry) {
        this.server = server;
        this.registry = registry;
    }

    static ApicurioBridge start(String registryUrl) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            SchemaRegistry registry = HttpSchemaRegistry.from(Map.of("schema.registry.url", registryUrl));
            ApicurioBridge bridge = new ApicurioBridge(server, registry);
            server.createContext("/", bridge::answer);
            server.start();
            return bridge;
        } catch (IOException e) {
            throw new SluiceException(ErrorCode.PIECE_FAILED, "Cannot serve schemas: " + e.getMessage(), e);
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + BASE);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher path = BY_ID.matcher(exchange.getRequestURI().getPath());
            if (!path.matches()) {
                send(exchange, 404, "{\"error_code\":404,\"message\":\"no such route\"}");
            } else if (path.group(2) != null) {
                send(exchange, 200, "[]");
            } else {
                send(
                        exchange,
                        200,
                        registry.byId(Integer.parseInt(path.group(1))).toString());
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        registry.close();
    }
}
