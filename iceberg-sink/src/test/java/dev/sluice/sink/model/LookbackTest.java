package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.maintenance.Holds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LookbackTest {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");
    private static final TableIdentifier SEGMENTS = TableIdentifier.of("raw", "segments");
    private static final String YML = """
            sources:
              - name: bronze
                tables:
                  - name: orders
                    columns:
                      - {name: order_id, data_type: varchar}
                      - {name: customer_id, data_type: bigint}
                      - {name: order_version, data_type: integer}
              - name: raw
                tables:
                  - name: segments
                    columns:
                      - {name: customer_id, data_type: bigint}
                      - {name: segment, data_type: varchar}
            models:
              - name: orders
                owner: the order team
                config:
                  materialized: incremental
                  incremental: delta
                  unique_key: order_id
                  order_by: order_version
                  %s
                columns:
                  - {name: order_id, data_type: varchar}
                  - {name: order_version, data_type: integer}
                  - {name: segment, data_type: varchar}
            """;
    private static final String SQL = """
            SELECT CAST(o.order_id AS varchar) AS order_id, CAST(o.order_version AS integer) AS order_version,
                CAST(s.segment AS varchar) AS segment
            FROM {{ ref('bronze.orders') }} AS o
            LEFT JOIN {{ ref('raw.segments') }} AS s ON s.customer_id = o.customer_id
            """;

    @TempDir
    Path folder;

    private Lake lake;

    @BeforeEach
    void createLake() {
        lake = Lake.create(folder);
        ((SupportsNamespaces) lake.catalog()).createNamespace(Namespace.of("raw"));
        lake.catalog()
                .createTable(
                        SEGMENTS,
                        new Schema(
                                Types.NestedField.optional(1, "customer_id", Types.LongType.get()),
                                Types.NestedField.optional(2, "segment", Types.StringType.get())),
                        PartitionSpec.unpartitioned(),
                        Map.of("format-version", "3"));
    }

    @AfterEach
    void closeLake() throws Exception {
        lake.close();
    }

    private ModelSet models(String lookback) throws IOException {
        Path silver = Files.createDirectories(folder.resolve("models/silver"));
        Files.writeString(silver.resolve("schema.yml"), YML.formatted(lookback));
        Files.writeString(silver.resolve("orders.sql"), SQL);
        return ModelSet.load(folder.resolve("models"));
    }

    private void land(String order, int version) {
        lake.land(List.of(OrderEvent.of(order, "PLACED", version, DAY)));
    }

    private void segment(String segment) {
        Table table = lake.catalog().loadTable(SEGMENTS);
        Record row = GenericRecord.create(table.schema());
        row.setField("customer_id", 7L);
        row.setField("segment", segment);
        Lake.append(table, List.of(row));
    }

    @Test
    void an_order_gets_the_segment_that_came_after_it() throws IOException {
        ModelSet models = models("lookback: 2h");
        land("a", 1);
        lake.engine().run(models);
        assertThat(lake.row("silver.orders", "a")).containsEntry("segment", null);
        segment("BUSINESS");

        ModelRun run = lake.engine().run(models).get(0);

        assertThat(run.counts().updated()).isEqualTo(1);
        assertThat(lake.row("silver.orders", "a")).containsEntry("segment", "BUSINESS");
        assertThat(lake.engine().run(models).get(0).kind()).isEqualTo(ModelRun.Kind.UP_TO_DATE);
    }

    @Test
    void without_a_lookback_it_keeps_what_it_was_made_of() throws IOException {
        ModelSet models = models("");
        land("a", 1);
        lake.engine().run(models);
        segment("BUSINESS");
        land("b", 1);

        lake.engine().run(models);

        assertThat(lake.row("silver.orders", "a")).containsEntry("segment", null);
        assertThat(lake.row("silver.orders", "b")).containsEntry("segment", "BUSINESS");
    }

    @Test
    void an_older_event_that_is_read_again_does_not_overwrite_a_newer_one() throws IOException {
        ModelSet models = models("lookback: 2h");
        land("a", 1);
        lake.engine().run(models);
        land("a", 2);
        lake.engine().run(models);
        segment("BUSINESS");

        lake.engine().run(models);

        assertThat(lake.row("silver.orders", "a"))
                .containsEntry("order_version", 2)
                .containsEntry("segment", "BUSINESS");
    }

    @Test
    void it_begins_at_the_newest_snapshot_that_is_old_enough_and_holds_that_one() throws IOException {
        ModelSet models = models("lookback: 2h");
        for (int version = 1; version <= 3; version++) {
            long last = newest().map(Snapshot::timestampMillis).orElse(0L);
            while (System.currentTimeMillis() <= last) {
                Thread.onSpinWait();
            }
            land("a", version);
        }
        lake.engine().run(models);
        Table bronze = lake.table("bronze.orders");
        List<Snapshot> history = new ArrayList<>();
        bronze.snapshots().forEach(history::add);
        long consumed = history.get(2).snapshotId();
        long apart = history.get(2).timestampMillis() - history.get(1).timestampMillis();

        assertThat(Lookback.from(bronze, consumed, Duration.ofMillis(apart)))
                .isEqualTo(OptionalLong.of(history.get(1).snapshotId()));
        assertThat(Lookback.from(bronze, consumed, Duration.ofMillis(apart + 1)))
                .isEqualTo(OptionalLong.of(history.get(0).snapshotId()));
        assertThat(Lookback.from(bronze, consumed, Duration.ofDays(1))).isEmpty();
        assertThat(new Holds(lake.catalog(), models).of("bronze.orders"))
                .isNotEmpty()
                .allSatisfy(hold -> {
                    assertThat(hold.holder()).isEqualTo("model silver.orders");
                    assertThat(hold.snapshotId()).isEmpty();
                });

        bronze.expireSnapshots().expireSnapshotId(history.get(0).snapshotId()).commit();
        assertThat(Lookback.from(bronze, consumed, Duration.ofDays(1)))
                .isEqualTo(OptionalLong.of(history.get(1).snapshotId()));
    }

    private Optional<Snapshot> newest() {
        return Optional.ofNullable(lake.table("bronze.orders").currentSnapshot());
    }
}
