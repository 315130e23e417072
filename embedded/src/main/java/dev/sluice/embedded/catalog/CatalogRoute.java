package dev.sluice.embedded.catalog;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.RESTResponse;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint of the specification and what answers it.
 *
 * @param method GET, HEAD, POST or DELETE
 * @param segments of the path; those in braces are variables
 */
record CatalogRoute(String method, List<String> segments, Handler handler) {
    /** Answers a request; null is "done, and nothing to say" (204). */
    interface Handler {
        @Nullable
        RESTResponse answer(CatalogRequest request);
    }

    static CatalogRoute of(Endpoint endpoint, Handler handler) {
        return of(endpoint.httpMethod(), endpoint.path(), handler);
    }

    /** The catalog has no prefix: it is one catalog, and its config names none. */
    static CatalogRoute of(String method, String path, Handler handler) {
        return new CatalogRoute(method, segmentsOf(path.replace("/{prefix}", "")), handler);
    }

    static List<String> segmentsOf(String path) {
        return List.of(path.replaceAll("^/+|/+$", "").split("/", -1));
    }

    /** The variables of the path, when method and path are this route's. */
    Optional<Map<String, String>> match(String requestMethod, List<String> path) {
        if (!method.equals(requestMethod) || path.size() != segments.size()) {
            return Optional.empty();
        }
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < path.size(); i++) {
            String segment = segments.get(i);
            if (segment.startsWith("{")) {
                variables.put(segment.substring(1, segment.length() - 1), path.get(i));
            } else if (!segment.equals(path.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }
}
