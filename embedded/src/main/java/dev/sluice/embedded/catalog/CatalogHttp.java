package dev.sluice.embedded.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.apache.iceberg.rest.RESTResponse;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.RESTUtil;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP and JSON on one side, the routes of the catalog on the other. */
final class CatalogHttp implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogHttp.class);
    private static final int MOST_AT_ONCE = 1000;
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(3);

    private final CatalogRoutes routes;
    private final ObjectMapper mapper = mapper();
    private final Semaphore underWay = new Semaphore(MOST_AT_ONCE);

    CatalogHttp(CatalogRoutes routes) {
        this.routes = routes;
    }

    /** Accepts no more requests, and waits a few seconds for those under way. */
    void drain() {
        try {
            if (!underWay.tryAcquire(MOST_AT_ONCE, DRAIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Requests to the embedded catalog were still under way at its close limit={}", DRAIN_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        boolean admitted = underWay.tryAcquire();
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            try {
                if (!admitted) {
                    throw new ServiceUnavailableException("The catalog is closing");
                }
                send(exchange, 200, answer(exchange, body));
            } catch (RuntimeException e) {
                ErrorResponse error = CatalogErrors.of(e);
                if (error.code() == 500) {
                    LOG.warn(
                            "The embedded catalog failed method={} path={}",
                            exchange.getRequestMethod(),
                            exchange.getRequestURI(),
                            e);
                }
                send(exchange, error.code(), error);
            }
        } finally {
            if (admitted) {
                underWay.release();
            }
        }
    }

    private @Nullable RESTResponse answer(HttpExchange exchange, String body) {
        String query = exchange.getRequestURI().getRawQuery();
        return routes.answer(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                query == null || query.isEmpty() ? Map.of() : RESTUtil.decodeFormData(query),
                body,
                mapper);
    }

    private void send(HttpExchange exchange, int status, @Nullable RESTResponse response) throws IOException {
        if (response == null) {
            exchange.sendResponseHeaders(204, -1);
            return;
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        byte[] json = mapper.writeValueAsBytes(response);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, json.length);
        exchange.getResponseBody().write(json);
    }

    /** JSON as the specification has it: Iceberg's own serializers, and kebab-case for the rest. */
    private static ObjectMapper mapper() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
        mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
        mapper.setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);
        RESTSerializers.registerAll(mapper);
        return mapper;
    }
}
