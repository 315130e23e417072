package dev.sluice.embedded.connect;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * The one call that Apicurio's Avro converter makes of Apicurio's own API (core, version 2) when it writes: register a
 * schema for an artifact. It is passed on to a registry that speaks Confluent's API, with the artifact as the subject,
 * so that converter and Sluice share schemas and ids as they do on a real Apicurio.
 */
final class ApicurioApi implements AutoCloseable {
    private static final String BASE = "/apis/registry/v2";
    private static final String ARTIFACTS = BASE + "/groups/default/artifacts";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpServer server;
    private final SchemaRegistry registry;

    private ApicurioApi(HttpServer server, SchemaRegistry registry) {
        this.server = server;
        this.registry = registry;
    }

    static ApicurioApi start(SchemaRegistry registry) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ApicurioApi api = new ApicurioApi(server, registry);
        server.createContext("/", api::answer);
        server.start();
        return api;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + BASE);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            String path = exchange.getRequestURI().getPath();
            if (method.equals("POST") && path.equals(ARTIFACTS)) {
                register(exchange);
            } else {
                send(exchange, 404, Map.of("error_code", 404, "message", "No route for " + method + " " + path));
            }
        }
    }

    private void register(HttpExchange exchange) throws IOException {
        String artifact = exchange.getRequestHeaders().getFirst("X-Registry-ArtifactId");
        String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        try {
            int id = registry.register(artifact, new Schema.Parser().parse(text));
            send(
                    exchange,
                    200,
                    Map.of(
                            "id",
                            artifact,
                            "type",
                            "AVRO",
                            "state",
                            "ENABLED",
                            "version",
                            "1",
                            "globalId",
                            id,
                            "contentId",
                            id));
        } catch (SluiceException refused) {
            send(exchange, 409, Map.of("error_code", 409, "message", String.valueOf(refused.getMessage())));
        }
    }

    private static void send(HttpExchange exchange, int status, Map<String, ?> body) throws IOException {
        byte[] json = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, json.length);
        exchange.getResponseBody().write(json);
    }
}
