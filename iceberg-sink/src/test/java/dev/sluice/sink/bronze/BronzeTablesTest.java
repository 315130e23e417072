package dev.sluice.sink.bronze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.orders.OrderSchemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BronzeTablesTest {
    private static final TableIdentifier NAME = TableIdentifier.of("bronze", "orders");

    private final FaultyCatalog catalog = new FaultyCatalog();

    @BeforeEach
    void start() {
        catalog.initialize("test", Map.of());
    }

    private static Schema writer(String field) {
        return SchemaBuilder.record("R").fields().requiredLong(field).endRecord();
    }

    @Test
    void creates_namespace_and_table_in_format_3_with_our_columns_last() {
        Table table = new BronzeTables(catalog).evolved(NAME, 1, OrderSchemas.v2());
        assertThat(((BaseTable) table).operations().current().formatVersion()).isEqualTo(3);
        assertThat(table.properties()).containsEntry("write.parquet.compression-codec", "zstd");
        assertThat(table.schema().columns())
                .extracting(Types.NestedField::name)
                .containsExactly(
                        "event_id",
                        "order_id",
                        "customer_id",
                        "event_type",
                        "order_version",
                        "amount_cents",
                        "currency",
                        "country",
                        "customer_email",
                        "event_time",
                        "items",
                        "channel",
                        "_kafka_topic",
                        "_kafka_partition",
                        "_kafka_offset",
                        "_kafka_timestamp",
                        "_kafka_key",
                        "_schema_id",
                        "_payload",
                        "_ingested_at");
        assertThat(table.schema().findType("event_time")).isEqualTo(Types.TimestampType.withZone());
        assertThat(table.schema().findType("event_type")).isEqualTo(Types.StringType.get());
        assertThat(table.schema().findType("items.element.quantity")).isEqualTo(Types.IntegerType.get());
    }

    @Test
    void a_schema_that_was_met_is_answered_from_memory() {
        BronzeTables tables = new BronzeTables(catalog);
        Table first = tables.evolved(NAME, 1, writer("a"));
        assertThat(tables.evolved(NAME, 1, writer("a"))).isSameAs(first);
        assertThat(tables.evolved(NAME, 2, writer("b")).schema().findField("a")).isNotNull();
    }

    @Test
    void a_conflict_is_looked_at_again() {
        BronzeTables tables = new BronzeTables(catalog);
        tables.loadOrCreate(NAME);
        catalog.beforeNextCommit(() -> catalog.loadTable(NAME)
                .updateSchema()
                .addColumn("theirs", Types.LongType.get())
                .commit());
        Table table = tables.evolved(NAME, 1, writer("ours"));
        assertThat(table.schema().findField("ours")).isNotNull();
        assertThat(table.schema().findField("theirs")).isNotNull();
    }

    @Test
    void somebody_else_adding_the_same_column_first_is_as_good() {
        BronzeTables tables = new BronzeTables(catalog);
        tables.loadOrCreate(NAME);
        catalog.beforeNextCommit(() -> new BronzeTables(catalog).evolved(NAME, 1, writer("a")));
        assertThat(tables.evolved(NAME, 1, writer("a")).schema().columns())
                .extracting(Types.NestedField::name)
                .containsOnlyOnce("a");
    }

    @Test
    void a_lost_answer_is_looked_at_again() {
        BronzeTables tables = new BronzeTables(catalog);
        tables.loadOrCreate(NAME);
        catalog.loseTheAnswerOfTheNextCommit();
        assertThat(tables.evolved(NAME, 1, writer("a")).schema().findField("a")).isNotNull();
    }

    @Test
    void endless_conflicts_end_as_a_conflict() {
        BronzeTables tables = new BronzeTables(catalog);
        tables.loadOrCreate(NAME);
        catalog.refuseCommits(1_000);
        assertThatThrownBy(() -> tables.evolved(NAME, 1, writer("a")))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));
    }

    @Test
    void instances_that_race_from_nothing_all_go_on() throws Exception {
        int instances = 4;
        int schemas = 6;
        ExecutorService threads = Executors.newFixedThreadPool(instances);
        CyclicBarrier start = new CyclicBarrier(instances);
        List<Future<Table>> answers = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
            int first = i;
            BronzeTables tables = new BronzeTables(catalog);
            Callable<Table> instance = () -> {
                start.await();
                for (int id = 0; id < schemas; id++) {
                    int turn = (first + id) % schemas;
                    tables.evolved(NAME, turn, writer("f" + turn));
                }
                return tables.loadOrCreate(NAME);
            };
            answers.add(threads.submit(instance));
        }
        for (Future<Table> answer : answers) {
            for (int id = 0; id < schemas; id++) {
                assertThat(answer.get().schema().findField("f" + id)).isNotNull();
            }
        }
        threads.shutdown();
        assertThat(catalog.loadTable(NAME).schema().columns()).hasSize(schemas + 8);
    }

    @Test
    void a_table_that_is_not_bronze_is_refused() {
        catalog.createNamespace(Namespace.of("bronze"));
        catalog.createTable(
                NAME, new org.apache.iceberg.Schema(Types.NestedField.optional(1, "a", Types.LongType.get())));
        assertThatThrownBy(() -> new BronzeTables(catalog).loadOrCreate(NAME))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_INVALID))
                .hasMessageContaining("column _kafka_topic does not fit, expected string, found none");
    }
}
