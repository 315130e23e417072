package dev.sluice.embedded.catalog;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTRequest;
import org.apache.iceberg.rest.RESTUtil;
import org.jspecify.annotations.Nullable;

/**
 * One request, matched to a route.
 *
 * @param path the raw, still encoded values of the route's variables
 * @param query the decoded query parameters
 * @param body JSON, or nothing
 */
record CatalogRequest(ObjectMapper mapper, Map<String, String> path, Map<String, String> query, String body) {
    /** Between the levels of a namespace, as the specification has it by default. */
    private static final String LEVELS = "%1F";

    Namespace namespace() {
        return RESTUtil.decodeNamespace(variable("namespace"), LEVELS);
    }

    TableIdentifier table() {
        return TableIdentifier.of(namespace(), RESTUtil.decodeString(variable("table")));
    }

    /** The namespace whose children are asked for. */
    Namespace parent() {
        String parent = query.get("parent");
        return parent == null || parent.isEmpty() ? Namespace.empty() : RESTUtil.namespaceFromQueryParam(parent);
    }

    @Nullable
    String pageSize() {
        return query.get("pageSize");
    }

    @Nullable
    String pageToken() {
        return query.get("pageToken");
    }

    <T extends RESTRequest> T read(Class<T> type) {
        try {
            T request = mapper.readValue(body, type);
            if (request == null) {
                throw new BadRequestException("Cannot read the request: expected %s, found null", type.getSimpleName());
            }
            request.validate();
            return request;
        } catch (IOException e) {
            throw new BadRequestException(
                    e, "Cannot read the request: expected %s, found %s", type.getSimpleName(), excerpt());
        }
    }

    private String excerpt() {
        return body.length() <= 200 ? body : body.substring(0, 200) + "...";
    }

    private String variable(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalStateException("The route has no variable " + name);
        }
        return value;
    }
}
