package dev.sluice.embedded.registry;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns HTTP into routes and answers, and refusals and failures into error bodies. */
final class RegistryHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryHandler.class);
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int INTERNAL_ERROR = 50001;

    private record Answer(int status, JsonNode body) {}

    private final ObjectMapper mapper = new ObjectMapper();
    private final List<RegistryRoutes.Route> routes;

    RegistryHandler(RegistryRoutes routes) {
        this.routes = routes.all();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answer(exchange);
            byte[] body = mapper.writeValueAsBytes(answer.body());
            exchange.getResponseHeaders().set("Content-Type", MEDIA_TYPE);
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        try {
            return new Answer(200, dispatch(exchange, body));
        } catch (Refusal e) {
            return error(e.status(), e.code(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("method", exchange.getRequestMethod())
                    .addKeyValue("path", exchange.getRequestURI().getRawPath())
                    .setCause(e)
                    .log("A request to the embedded schema registry failed");
            return error(500, INTERNAL_ERROR, "Error in the backend data store: " + e.getMessage());
        }
    }

    private JsonNode dispatch(HttpExchange exchange, byte[] body) throws Refusal {
        String path = exchange.getRequestURI().getRawPath();
        boolean known = false;
        for (RegistryRoutes.Route route : routes) {
            Matcher matcher = route.path().matcher(path);
            if (!matcher.matches()) {
                continue;
            }
            known = true;
            if (route.method().equals(exchange.getRequestMethod())) {
                return route.action()
                        .answer(new RestRequest(
                                names(matcher), query(exchange.getRequestURI().getRawQuery()), json(body)));
            }
        }
        throw known ? Refusal.wrongMethod(exchange.getRequestMethod()) : Refusal.unknownPath(path);
    }

    private static List<String> names(Matcher matcher) throws Refusal {
        List<String> names = new ArrayList<>();
        for (int group = 1; group <= matcher.groupCount(); group++) {
            // A plus sign in a path is a plus sign; only in a query is it a space.
            names.add(decoded(String.valueOf(matcher.group(group)).replace("+", "%2B")));
        }
        return names;
    }

    private static Map<String, String> query(@Nullable String raw) throws Refusal {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            query.put(
                    decoded(equals < 0 ? pair : pair.substring(0, equals)),
                    equals < 0 ? "" : decoded(pair.substring(equals + 1)));
        }
        return query;
    }

    private static String decoded(String text) throws Refusal {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("wrong percent-encoding: " + text);
        }
    }

    private JsonNode json(byte[] body) throws Refusal {
        try {
            return mapper.readTree(new String(body, StandardCharsets.UTF_8));
        } catch (JacksonException e) {
            throw Refusal.badRequest("the body is not JSON: " + e.getOriginalMessage());
        }
    }

    private static Answer error(int status, int code, String message) {
        return new Answer(
                status,
                JsonNodeFactory.instance.objectNode().put("error_code", code).put("message", message));
    }
}
