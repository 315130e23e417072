package dev.sluice.embedded.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.table.LocalFileIO;
import dev.sluice.sink.table.Namespaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedCatalogTest {
    private static final Schema SCHEMA = new Schema(Types.NestedField.optional(1, "id", Types.LongType.get()));
    private static final Namespace BRONZE = Namespace.of("bronze");
    private static final TableIdentifier ORDERS = TableIdentifier.of(BRONZE, "orders");
    private static final TableIdentifier PAYMENTS = TableIdentifier.of(BRONZE, "payments");

    @TempDir
    Path folder;

    private EmbeddedCatalog server;
    private RESTCatalog catalog;

    @BeforeEach
    void start() {
        server = EmbeddedCatalog.start(folder.resolve("catalog.db"), folder.resolve("ware house"), 0);
        catalog = client(server);
    }

    @AfterEach
    void stop() throws IOException {
        catalog.close();
        server.close();
    }

    @Test
    void a_namespace_is_made_changed_listed_and_dropped() {
        catalog.createNamespace(BRONZE, new HashMap<>(Map.of("owner", "me")));
        catalog.createNamespace(Namespace.of("bronze", "ça va/&?"));
        catalog.setProperties(BRONZE, new HashMap<>(Map.of("tier", "raw")));
        catalog.removeProperties(BRONZE, new HashSet<>(Set.of("owner")));

        assertThat(catalog.listNamespaces()).containsExactly(BRONZE);
        assertThat(catalog.listNamespaces(BRONZE)).containsExactly(Namespace.of("bronze", "ça va/&?"));
        assertThat(catalog.namespaceExists(Namespace.of("bronze", "ça va/&?"))).isTrue();
        assertThat(catalog.loadNamespaceMetadata(BRONZE))
                .containsEntry("tier", "raw")
                .doesNotContainKey("owner");
        assertThatThrownBy(() -> catalog.createNamespace(BRONZE)).isInstanceOf(AlreadyExistsException.class);

        assertThat(catalog.dropNamespace(Namespace.of("bronze", "ça va/&?"))).isTrue();
        assertThat(catalog.dropNamespace(BRONZE)).isTrue();
        assertThat(catalog.namespaceExists(BRONZE)).isFalse();
        assertThat(catalog.dropNamespace(BRONZE)).isFalse();
    }

    @Test
    void a_namespace_with_tables_is_not_dropped() {
        create(ORDERS);

        assertThatThrownBy(() -> catalog.dropNamespace(BRONZE)).isInstanceOf(NamespaceNotEmptyException.class);
    }

    @Test
    void a_table_in_no_namespace_is_refused() {
        assertThatThrownBy(() -> catalog.createTable(TableIdentifier.of("nowhere", "t"), SCHEMA))
                .isInstanceOf(NoSuchNamespaceException.class);
    }

    @Test
    void a_table_is_of_format_3_under_a_file_location_and_uses_our_file_access() {
        Table table = create(ORDERS);
        table.newAppend().appendFile(file("a", 10)).commit();

        Table loaded = catalog.loadTable(ORDERS);
        assertThat(metadata(loaded).formatVersion()).isEqualTo(3);
        assertThat(loaded.location()).isEqualTo("file://" + folder + "/ware house/bronze/orders");
        assertThat(loaded.io()).isInstanceOf(LocalFileIO.class);
        assertThat(files(ORDERS)).containsExactly("a");
        assertThat(catalog.listTables(BRONZE)).containsExactly(ORDERS);
    }

    @Test
    void a_client_that_knows_only_the_address_gets_the_file_access_from_the_catalog() throws IOException {
        create(ORDERS);
        try (RESTCatalog plain = new RESTCatalog()) {
            plain.initialize("plain", Map.of("uri", server.uri()));

            assertThat(plain.loadTable(ORDERS).io()).isInstanceOf(LocalFileIO.class);
        }
    }

    @Test
    void a_missing_table_is_no_such_table() {
        catalog.createNamespace(BRONZE);

        assertThatThrownBy(() -> catalog.loadTable(ORDERS)).isInstanceOf(NoSuchTableException.class);
        assertThat(catalog.tableExists(ORDERS)).isFalse();
        assertThat(catalog.dropTable(ORDERS)).isFalse();
    }

    @Test
    void a_table_is_not_made_twice() {
        create(ORDERS);

        assertThatThrownBy(() -> catalog.createTable(ORDERS, SCHEMA)).isInstanceOf(AlreadyExistsException.class);
    }

    @Test
    void a_table_made_in_a_transaction_is_there_when_it_commits() {
        catalog.createNamespace(BRONZE);
        Transaction transaction = catalog.buildTable(ORDERS, SCHEMA)
                .withProperty(TableProperties.FORMAT_VERSION, "3")
                .createTransaction();
        transaction.newAppend().appendFile(file("a", 1)).commit();
        assertThat(catalog.tableExists(ORDERS)).isFalse();

        transaction.commitTransaction();

        assertThat(files(ORDERS)).containsExactly("a");
    }

    @Test
    void a_table_is_renamed_dropped_registered_and_purged() throws IOException {
        Table table = create(ORDERS);
        table.newAppend().appendFile(file("a", 1)).commit();
        catalog.renameTable(ORDERS, PAYMENTS);
        assertThat(catalog.tableExists(ORDERS)).isFalse();
        String metadata = metadata(catalog.loadTable(PAYMENTS)).metadataFileLocation();

        assertThat(catalog.dropTable(PAYMENTS, false)).isTrue();
        catalog.registerTable(ORDERS, metadata);
        assertThat(files(ORDERS)).containsExactly("a");

        assertThat(catalog.dropTable(ORDERS, true)).isTrue();
        try (Stream<Path> left = Files.walk(folder.resolve("ware house"))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void a_commit_on_a_stale_table_conflicts() {
        Table stale = create(ORDERS);
        TableMetadata base = metadata(stale);
        Transaction transaction = stale.newTransaction();
        transaction.newAppend().appendFile(file("b", 1)).commit();
        catalog.loadTable(ORDERS).newAppend().appendFile(file("a", 1)).commit();

        assertThatThrownBy(() -> ((HasTableOperations) stale).operations().commit(base, metadata(transaction.table())))
                .isInstanceOf(CommitFailedException.class);
        assertThat(files(ORDERS)).containsExactly("a");
    }

    @Test
    void concurrent_appends_are_retried_until_each_is_in_once() throws Exception {
        create(ORDERS)
                .updateProperties()
                .set(TableProperties.COMMIT_NUM_RETRIES, "50")
                .set(TableProperties.COMMIT_MIN_RETRY_WAIT_MS, "5")
                .commit();
        ExecutorService writers = Executors.newFixedThreadPool(4);
        List<Future<?>> done = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            for (int i = 0; i < 5; i++) {
                String name = writer + "-" + i;
                expected.add(name);
                done.add(writers.submit(() -> catalog.loadTable(ORDERS)
                        .newAppend()
                        .appendFile(file(name, 1))
                        .commit()));
            }
        }
        for (Future<?> each : done) {
            each.get();
        }
        writers.shutdown();

        assertThat(files(ORDERS)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void a_commit_over_two_tables_changes_both() {
        TableCommit orders = append(create(ORDERS), ORDERS, "a");
        TableCommit payments = append(create(PAYMENTS), PAYMENTS, "b");

        catalog.commitTransaction(orders, payments);

        assertThat(files(ORDERS)).containsExactly("a");
        assertThat(files(PAYMENTS)).containsExactly("b");
    }

    @Test
    void a_commit_over_two_tables_changes_neither_when_one_conflicts() throws IOException {
        TableCommit orders = append(create(ORDERS), ORDERS, "a");
        TableCommit payments = append(create(PAYMENTS), PAYMENTS, "b");
        catalog.loadTable(PAYMENTS).newAppend().appendFile(file("winner", 1)).commit();
        long metadataFiles = metadataFiles();

        assertThatThrownBy(() -> catalog.commitTransaction(orders, payments)).isInstanceOf(CommitFailedException.class);

        assertThat(files(ORDERS)).isEmpty();
        assertThat(files(PAYMENTS)).containsExactly("winner");
        assertThat(metadataFiles()).isEqualTo(metadataFiles);
    }

    @Test
    void a_commit_over_two_tables_changes_neither_when_the_second_cannot_be_written() {
        TableCommit orders = append(create(ORDERS), ORDERS, "a");
        Transaction broken = create(PAYMENTS).newTransaction();
        var before = catalog.loadTable(PAYMENTS);
        broken.newAppend().appendFile(file("b", 1)).commit();
        broken.updateProperties()
                .set(TableProperties.WRITE_METADATA_LOCATION, "file:///dev/null/here")
                .commit();
        TableCommit payments = TableCommit.create(PAYMENTS, metadata(before), metadata(broken.table()));

        assertThatThrownBy(() -> catalog.commitTransaction(orders, payments))
                .isInstanceOf(CommitStateUnknownException.class);

        assertThat(files(ORDERS)).isEmpty();
    }

    @Test
    void everything_is_there_after_a_restart() throws IOException {
        create(ORDERS).newAppend().appendFile(file("a", 1)).commit();
        stop();

        start();

        assertThat(files(ORDERS)).containsExactly("a");
        assertThat(catalog.loadNamespaceMetadata(BRONZE)).containsKey("location");
    }

    @Test
    void a_port_that_is_taken_is_named() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> EmbeddedCatalog.start(folder.resolve("other.db"), folder, server.port()))
                .withMessageContaining("catalog")
                .withMessageContaining(String.valueOf(server.port()))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PORT_IN_USE));
    }

    @Test
    void views_are_not_supported_and_listing_them_says_there_are_none() {
        catalog.createNamespace(BRONZE);

        assertThat(catalog.listViews(BRONZE)).isEmpty();
        assertThatThrownBy(() -> catalog.buildView(ORDERS)
                        .withSchema(SCHEMA)
                        .withDefaultNamespace(BRONZE)
                        .withQuery("trino", "select 1")
                        .create())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void raw_requests_get_the_codes_and_bodies_of_the_specification() throws Exception {
        create(ORDERS);
        assertThat(raw("GET", "/v1/config", "").body()).contains("POST /v1/{prefix}/transactions/commit");
        assertThat(raw("HEAD", "/v1/namespaces/bronze/tables/orders", "").statusCode())
                .isEqualTo(204);
        assertThat(raw("HEAD", "/v1/namespaces/bronze/tables/none", "").statusCode())
                .isEqualTo(404);
        assertThat(raw("GET", "/v1/namespaces/bronze/views", "").statusCode()).isEqualTo(406);
        assertThat(raw("GET", "/v1/namespaces/bronze/tables?pageSize=1&pageToken=", "")
                        .body())
                .contains("orders");
        assertThat(raw("GET", "/v1/namespaces/bronze/tables/orders?snapshots=refs", "")
                        .statusCode())
                .isEqualTo(200);

        HttpResponse<String> missing = raw("GET", "/v1/namespaces/bronze/tables/none", "");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).contains("\"type\":\"NoSuchTableException\"").contains("\"code\":404");
        HttpResponse<String> garbled = raw("POST", "/v1/namespaces", "{no json");
        assertThat(garbled.statusCode()).isEqualTo(400);
        assertThat(garbled.body()).contains("CreateNamespaceRequest");
    }

    private HttpResponse<String> raw(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.uri() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private Table create(TableIdentifier identifier) {
        if (!catalog.namespaceExists(BRONZE)) {
            catalog.createNamespace(BRONZE);
        }
        return catalog.buildTable(identifier, SCHEMA)
                .withProperty(TableProperties.FORMAT_VERSION, "3")
                .create();
    }

    private static TableCommit append(Table table, TableIdentifier identifier, String name) {
        Transaction transaction = table.newTransaction();
        transaction.newAppend().appendFile(file(name, 1)).commit();
        return TableCommit.create(identifier, metadata(table), metadata(transaction.table()));
    }

    private static TableMetadata metadata(Table table) {
        return ((HasTableOperations) table).operations().current();
    }

    private static DataFile file(String name, long rows) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath("file:///data/" + name)
                .withFormat("parquet")
                .withFileSizeInBytes(100)
                .withRecordCount(rows)
                .build();
    }

    private List<String> files(TableIdentifier identifier) {
        List<String> names = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks =
                catalog.loadTable(identifier).newScan().planFiles()) {
            tasks.forEach(task -> names.add(task.file().location().replace("file:///data/", "")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    private long metadataFiles() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("ware house"))) {
            return all.filter(file -> file.toString().endsWith(".metadata.json"))
                    .count();
        }
    }

    private static RESTCatalog client(EmbeddedCatalog server) {
        return (RESTCatalog) CatalogUtil.buildIcebergCatalog("sluice", server.clientProperties(), null);
    }

    @Test
    void processes_that_start_together_all_find_the_namespace_made() throws Exception {
        int processes = 6;
        ExecutorService pool = Executors.newFixedThreadPool(processes);
        try {
            for (int round = 0; round < 10; round++) {
                Namespace namespace = Namespace.of("layer" + round);
                CyclicBarrier together = new CyclicBarrier(processes);
                List<Future<?>> starts = new ArrayList<>();
                for (int i = 0; i < processes; i++) {
                    starts.add(pool.submit(() -> {
                        together.await();
                        Namespaces.ensure(catalog, namespace);
                        return null;
                    }));
                }
                for (Future<?> start : starts) {
                    start.get();
                }
                assertThat(catalog.namespaceExists(namespace)).isTrue();
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
