package dev.sluice.embedded.catalog;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.sink.table.LocalFileIO;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.RESTCatalogProperties;
import org.apache.iceberg.rest.RESTCatalogProperties.SnapshotMode;
import org.apache.iceberg.rest.RESTResponse;
import org.apache.iceberg.rest.ResourcePaths;
import org.apache.iceberg.rest.requests.CommitTransactionRequest;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.RegisterTableRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.ReportMetricsRequest;
import org.apache.iceberg.rest.requests.UpdateNamespacePropertiesRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.jspecify.annotations.Nullable;

/** Which endpoint of the REST specification does what. The list is also what the config endpoint tells the clients. */
final class CatalogRoutes {
    private final CatalogStore store;
    private final JdbcCatalog catalog;
    private final Map<Endpoint, CatalogRoute.Handler> endpoints = new LinkedHashMap<>();
    private final List<CatalogRoute> routes = new ArrayList<>();

    CatalogRoutes(CatalogStore store) {
        this.store = store;
        this.catalog = store.catalog();
        namespaces();
        tables();
        endpoints.put(Endpoint.V1_COMMIT_TRANSACTION, silently(this::commitTransaction));
        endpoints.forEach((endpoint, handler) -> routes.add(CatalogRoute.of(endpoint, handler)));
        routes.add(CatalogRoute.of("GET", ResourcePaths.config(), request -> config()));
    }

    /**
     * Answers a request.
     *
     * @return null for "done, and nothing to say"
     * @throws UnsupportedOperationException for an endpoint that this catalog does not have, views among them
     */
    @Nullable
    RESTResponse answer(String method, String rawPath, Map<String, String> query, String body, ObjectMapper mapper) {
        List<String> path = CatalogRoute.segmentsOf(rawPath);
        for (CatalogRoute route : routes) {
            Optional<Map<String, String>> variables = route.match(method, path);
            if (variables.isPresent()) {
                return route.handler().answer(new CatalogRequest(mapper, variables.get(), query, body));
            }
        }
        throw new UnsupportedOperationException("This catalog has no endpoint " + method + " " + rawPath);
    }

    private void namespaces() {
        endpoints.put(Endpoint.V1_LIST_NAMESPACES, this::listNamespaces);
        endpoints.put(
                Endpoint.V1_LOAD_NAMESPACE, request -> CatalogHandlers.loadNamespace(catalog, request.namespace()));
        endpoints.put(
                Endpoint.V1_NAMESPACE_EXISTS,
                silently(request -> CatalogHandlers.namespaceExists(catalog, request.namespace())));
        endpoints.put(
                Endpoint.V1_CREATE_NAMESPACE,
                request -> CatalogHandlers.createNamespace(catalog, request.read(CreateNamespaceRequest.class)));
        endpoints.put(
                Endpoint.V1_UPDATE_NAMESPACE,
                request -> CatalogHandlers.updateNamespaceProperties(
                        catalog, request.namespace(), request.read(UpdateNamespacePropertiesRequest.class)));
        endpoints.put(
                Endpoint.V1_DELETE_NAMESPACE,
                silently(request -> CatalogHandlers.dropNamespace(catalog, request.namespace())));
    }

    private void tables() {
        endpoints.put(Endpoint.V1_LIST_TABLES, this::listTables);
        endpoints.put(Endpoint.V1_LOAD_TABLE, this::loadTable);
        endpoints.put(
                Endpoint.V1_TABLE_EXISTS, silently(request -> CatalogHandlers.tableExists(catalog, request.table())));
        endpoints.put(Endpoint.V1_CREATE_TABLE, this::createTable);
        endpoints.put(
                Endpoint.V1_UPDATE_TABLE,
                request ->
                        CatalogHandlers.updateTable(catalog, request.table(), request.read(UpdateTableRequest.class)));
        endpoints.put(Endpoint.V1_DELETE_TABLE, silently(this::dropTable));
        endpoints.put(
                Endpoint.V1_RENAME_TABLE,
                silently(request -> CatalogHandlers.renameTable(catalog, request.read(RenameTableRequest.class))));
        endpoints.put(
                Endpoint.V1_REGISTER_TABLE,
                request -> CatalogHandlers.registerTable(
                        catalog, request.namespace(), request.read(RegisterTableRequest.class)));
        endpoints.put(Endpoint.V1_REPORT_METRICS, silently(request -> request.read(ReportMetricsRequest.class)));
    }

    /**
     * Defaults, not overrides: a client without our jar (Spark, say) may set an {@code io-impl} of its own. Reports of
     * scans are accepted but lead nowhere, so clients are asked not to send them.
     */
    private ConfigResponse config() {
        return ConfigResponse.builder()
                .withDefault(CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName())
                .withDefault(RESTCatalogProperties.METRICS_REPORTING_ENABLED, "false")
                .withEndpoints(List.copyOf(endpoints.keySet()))
                .build();
    }

    private RESTResponse listNamespaces(CatalogRequest request) {
        String pageSize = request.pageSize();
        return pageSize == null
                ? CatalogHandlers.listNamespaces(catalog, request.parent())
                : CatalogHandlers.listNamespaces(catalog, request.parent(), request.pageToken(), pageSize);
    }

    private RESTResponse listTables(CatalogRequest request) {
        String pageSize = request.pageSize();
        return pageSize == null
                ? CatalogHandlers.listTables(catalog, request.namespace())
                : CatalogHandlers.listTables(catalog, request.namespace(), request.pageToken(), pageSize);
    }

    private RESTResponse loadTable(CatalogRequest request) {
        String mode = request.query().getOrDefault(RESTCatalogProperties.SNAPSHOTS_QUERY_PARAMETER, "all");
        return CatalogHandlers.loadTable(catalog, request.table(), SnapshotMode.valueOf(mode.toUpperCase(Locale.ROOT)));
    }

    private RESTResponse createTable(CatalogRequest request) {
        CreateTableRequest table = request.read(CreateTableRequest.class);
        return table.stageCreate()
                ? CatalogHandlers.stageTableCreate(catalog, request.namespace(), table)
                : CatalogHandlers.createTable(catalog, request.namespace(), table);
    }

    private void dropTable(CatalogRequest request) {
        if (Boolean.parseBoolean(request.query().get("purgeRequested"))) {
            CatalogHandlers.purgeTable(catalog, request.table());
        } else {
            CatalogHandlers.dropTable(catalog, request.table());
        }
    }

    private void commitTransaction(CatalogRequest request) {
        store.commit(request.read(CommitTransactionRequest.class));
    }

    private static CatalogRoute.Handler silently(SilentHandler handler) {
        return request -> {
            handler.handle(request);
            return null;
        };
    }

    private interface SilentHandler {
        void handle(CatalogRequest request);
    }
}
