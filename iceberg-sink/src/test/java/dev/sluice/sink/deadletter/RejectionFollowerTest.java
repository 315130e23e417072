package dev.sluice.sink.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.RejectionAudit;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import dev.sluice.sink.land.RecordPosition;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.SourcePartition;
import dev.sluice.sink.maintenance.Budget;
import dev.sluice.sink.maintenance.Hold;
import dev.sluice.sink.maintenance.Holds;
import dev.sluice.sink.maintenance.MaintainedTable;
import dev.sluice.sink.maintenance.RecordRewriter;
import dev.sluice.sink.maintenance.TableMaintenance;
import dev.sluice.sink.model.Lake;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.model.OrderEvent;
import dev.sluice.sink.query.QueryEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RejectionFollowerTest {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");
    private static final Budget TIGHT = new Budget(1 << 20, 2, 0.1, 50, Duration.ZERO, 1, Duration.ofDays(3), 64 << 20);
    private static final SourcePartition PLACE = new SourcePartition("cluster", "topic-id", "orders.dlq", 0);
    private static final String REJECTED = "silver.orders__rejected";
    private static final String TWIN = "bronze.orders_dlq";
    private static final DeadLetterTarget KEEP =
            new DeadLetterTarget("bronze.orders", TableIdentifier.parse(TWIN), true, true);
    private static final DeadLetterTarget OMIT =
            new DeadLetterTarget("bronze.orders", TableIdentifier.parse(TWIN), false, true);

    @TempDir
    Path folder;

    private Lake lake;
    private ModelSet models;

    @BeforeEach
    void open() throws IOException {
        lake = Lake.create(folder);
        Files.createDirectories(folder.resolve("models/silver"));
        Files.createDirectories(folder.resolve("models/gold"));
        Files.writeString(folder.resolve("models/silver/schema.yml"), """
                sources:
                  - name: bronze
                    tables:
                      - name: orders
                        columns:
                          - {name: _kafka_offset, data_type: bigint}
                          - {name: order_id, data_type: varchar}
                          - {name: event_type, data_type: varchar}
                          - {name: order_version, data_type: integer}
                          - {name: amount_cents, data_type: bigint}
                models:
                  - name: orders
                    config: {materialized: incremental, incremental: delta, unique_key: order_id, order_by: order_version}
                    columns:
                      - {name: order_id, data_type: varchar}
                      - {name: status, data_type: varchar, tests: [accepted_values: {values: [PLACED, PAID]}]}
                      - {name: order_version, data_type: integer}
                      - {name: rate, data_type: double}
                      - {name: _kafka_offset, data_type: bigint}
                """);
        Files.writeString(folder.resolve("models/silver/orders.sql"), """
                SELECT CAST(o.order_id AS varchar) AS order_id, CAST(o.event_type AS varchar) AS status,
                    CAST(o.order_version AS integer) AS order_version,
                    CAST(CASE WHEN o.amount_cents < 0 THEN 'nan' ELSE '0.5' END AS double) AS rate,
                    CAST(o._kafka_offset AS bigint) AS _kafka_offset
                FROM {{ ref('bronze.orders') }} AS o
                """);
        Files.writeString(folder.resolve("models/gold/schema.yml"), """
                models:
                  - name: paid
                    config: {materialized: incremental, incremental: delta, unique_key: order_id, order_by: order_version}
                    columns:
                      - {name: order_id, data_type: varchar, tests: [expression: {name: not_z, condition: "order_id <> 'z'"}]}
                      - {name: order_version, data_type: integer}
                """);
        Files.writeString(folder.resolve("models/gold/paid.sql"), """
                SELECT CAST(s.order_id AS varchar) AS order_id, CAST(s.order_version AS integer) AS order_version
                FROM {{ ref('silver.orders') }} AS s
                """);
        models = ModelSet.load(folder.resolve("models"));
    }

    @AfterEach
    void close() throws Exception {
        lake.close();
    }

    @Test
    void a_rejected_row_says_why_where_from_when_and_what_it_was() {
        run(broken("a"), whole("b"));

        assertThat(follow(KEEP)).isEqualTo(1);

        Record row = twin().get(0);
        Record rejected = lake.records(REJECTED).get(0);
        assertThat(row.getField("reason")).isEqualTo("TEST_FAILED");
        assertThat(row.getField("detail")).isEqualTo("silver.orders: accepted_values(status)");
        assertThat(row.getField("model")).isEqualTo("silver.orders");
        assertThat(row.getField("rejected_id")).isEqualTo(rejected.getField("_rejected_id"));
        assertThat((OffsetDateTime) row.getField("_ingested_at"))
                .isEqualTo((OffsetDateTime) rejected.getField("_rejected_at"));
        assertThat(value(row))
                .isEqualTo(
                        "{\"order_id\":\"a\",\"status\":\"LOST\",\"order_version\":1,\"rate\":0.5,\"_kafka_offset\":0}");
        assertThat(row.getField("value_bytes")).isEqualTo(value(row).length());
        assertThat(row.getField("_kafka_offset")).isEqualTo(0L);
        assertThat((Map<?, ?>) row.getField("headers")).isEmpty();
        assertThat(Stream.of("schema_id", "replay_of", "_kafka_topic", "_kafka_key", "_dlq_topic", "_dlq_offset"))
                .allSatisfy(
                        column -> assertThat(row.getField(column)).as(column).isNull());
    }

    @Test
    void one_query_tells_dead_letters_and_rejections_together() {
        letters(0, 2);
        run(broken("a"));
        follow(KEEP);
        QueryEngine queries = new QueryEngine(lake.catalog(), lake.settings().instance(folder.resolve("query")));

        assertThat(queries.query(
                                "select reason, model, detail, count(*) as n, max(_ingested_at) as newest from bronze.orders_dlq group by 1, 2, 3 order by n desc")
                        .rows())
                .extracting(row -> Arrays.asList(row.get(0), row.get(1), row.get(2), row.get(3)))
                .containsExactly(
                        Arrays.asList("TRUNCATED", null, "byte 3", 2L),
                        Arrays.asList("TEST_FAILED", "silver.orders", "silver.orders: accepted_values(status)", 1L));
        assertThat(queries.query("select decode(value) from bronze.orders_dlq where model is not null")
                        .rows()
                        .get(0)
                        .get(0))
                .asString()
                .contains("\"order_id\":\"a\"");
    }

    @Test
    void the_row_stays_out_where_values_are_omitted_and_its_length_is_told() {
        run(broken("a"));
        follow(OMIT);

        assertThat(twin().get(0).getField("value")).isNull();
        assertThat((Integer) twin().get(0).getField("value_bytes")).isPositive();
    }

    @Test
    void a_number_that_json_does_not_have_is_written_as_text() {
        run(broken("a").amount(-1));
        follow(KEEP);

        assertThat(value(twin().get(0))).contains("\"rate\":\"nan\"");
    }

    @Test
    void models_further_down_go_to_the_source_that_drives_them_and_to_no_other() {
        run(broken("a"), whole("z"));

        assertThat(follow(new DeadLetterTarget("bronze.customers", TableIdentifier.parse("bronze.other"), true, true)))
                .isZero();
        assertThat(follow(KEEP)).isEqualTo(2);

        assertThat(twin())
                .extracting(row -> row.getField("detail"))
                .containsExactlyInAnyOrder("silver.orders: accepted_values(status)", "gold.paid: not_z");
        assertThat(lake.catalog().tableExists(TableIdentifier.parse("bronze.other")))
                .isFalse();
    }

    @Test
    void what_was_followed_already_is_not_appended_again() {
        run(broken("a"));
        assertThat(follow(KEEP)).isEqualTo(1);
        long snapshot = snapshot(TWIN);
        assertThat(follow(KEEP)).isZero();
        assertThat(snapshot(TWIN)).isEqualTo(snapshot);

        run(broken("b"));
        assertThat(follow(KEEP)).isEqualTo(1);
        assertEveryRejectionOnce(2);
    }

    @Test
    void a_row_that_is_rejected_again_and_written_again_is_in_the_table_once() {
        run(broken("a"), broken("b"));
        follow(KEEP);
        long before = snapshot(REJECTED);
        // An earlier clock makes the time of the first rejection earlier, so the rows are written anew.
        try (ModelEngine engine =
                new ModelEngine(lake.catalog(), lake.settings(), Clock.fixed(DAY, java.time.ZoneOffset.UTC))) {
            engine.rebuild(models.models().get(0));
        }
        assertThat(snapshot(REJECTED)).isNotEqualTo(before);
        maintain(REJECTED);

        assertThat(follow(KEEP)).isZero();
        assertEveryRejectionOnce(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"FILES_WRITTEN", "COMMIT_STAGED", "COMMITTED"})
    void killed_on_the_way_and_run_again_every_rejection_is_there_once(TablePoint point) {
        run(broken("a"));
        follow(KEEP);
        run(broken("b"), broken("c"));
        assertThatThrownBy(() -> follower((at, table) -> {
                            if (at == point) {
                                throw new IllegalStateException("killed");
                            }
                        })
                        .follow(KEEP, models))
                .hasMessage("killed");

        follow(KEEP);
        assertEveryRejectionOnce(3);
    }

    @Test
    void of_two_that_read_the_same_rows_one_commits_and_the_other_is_told_to_look_again() {
        run(broken("a"), broken("b"));
        RejectionFollower slow = follower((point, table) -> {
            if (point == TablePoint.COMMIT_STAGED) {
                follow(KEEP);
            }
        });

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> slow.follow(KEEP, models))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));
        assertThat(slow.follow(KEEP, models)).isZero();
        assertEveryRejectionOnce(2);
    }

    @Test
    void compaction_and_expiry_of_rejected_rows_neither_lose_nor_double_one() {
        run(broken("a"));
        follow(KEEP);
        run(broken("b"));
        run(broken("c"));
        run(broken("d"));
        TableMaintenance.Visit held = maintain(REJECTED);
        assertThat(held.compaction().filesRemoved()).isPositive();
        assertThat(held.keptFor()).contains("dead letters " + TWIN);

        assertThat(follow(KEEP)).isEqualTo(3);
        assertEveryRejectionOnce(4);

        assertThat(maintain(REJECTED).keptFor()).isEmpty();
        assertThat(follow(KEEP)).isZero();
        run(broken("e"));
        assertThat(follow(KEEP)).isEqualTo(1);
        assertEveryRejectionOnce(5);
    }

    @Test
    void a_compaction_alone_moves_the_mark_so_that_the_snapshots_before_it_can_go() {
        run(broken("a"));
        run(broken("b"));
        run(broken("c"));
        follow(KEEP);
        assertThat(maintain(REJECTED).compaction().commits()).isPositive();

        assertThat(follow(KEEP)).isZero();
        assertThat(holds().of(REJECTED)).containsOnly(Hold.from("dead letters " + TWIN, snapshot(REJECTED)));
    }

    @Test
    void what_nobody_can_tell_any_more_is_found_out_from_the_rows() {
        run(broken("a"));
        follow(KEEP);
        run(broken("b"));
        run(broken("c"));
        lake.table(REJECTED)
                .expireSnapshots()
                .expireOlderThan(Instant.now().plusSeconds(60).toEpochMilli())
                .retainLast(1)
                .commit();

        assertThat(follow(KEEP)).isEqualTo(2);
        assertEveryRejectionOnce(3);
    }

    @Test
    void a_row_that_was_taken_out_again_is_not_appended_whether_or_not_it_was_compacted_before() {
        run(broken("a"));
        follow(KEEP);
        run(broken("b"));
        takeOut(Expressions.equal("order_id", "b"));
        assertThat(follow(KEEP)).isZero();

        run(broken("c"));
        run(broken("d"));
        run(broken("e"));
        maintain(REJECTED);
        takeOut(Expressions.alwaysTrue());
        run(broken("f"));
        assertThat(follow(KEEP)).isEqualTo(1);
        assertThat(twin())
                .extracting(RejectionFollowerTest::value)
                .satisfiesExactlyInAnyOrder(
                        row -> assertThat(row).contains("\"order_id\":\"a\""),
                        row -> assertThat(row).contains("\"order_id\":\"f\""));
        assertThat(audit()).noneMatch(AuditLine::failed);
    }

    @Test
    void dead_letters_and_rejections_share_the_table_and_neither_moves_the_mark_of_the_other() {
        letters(0, 3);
        Ledger ledger = table().ledger();
        run(broken("a"));
        follow(KEEP);
        assertThat(table().ledger()).isEqualTo(ledger);

        letters(3, 5);
        run(broken("b"));
        follow(KEEP);
        letters(5, 6);
        run(broken("c"));
        RejectionFollower slow = follower((point, table) -> {
            if (point == TablePoint.COMMIT_STAGED) {
                letters(6, 8);
            }
        });
        assertThat(slow.follow(KEEP, models)).isEqualTo(1);

        assertThat(table().append(range(6, 8), rows(6, 8)).changed()).isFalse();
        assertThat(twin()).hasSize(8 + 3);
        assertEveryRejectionOnce(3);
    }

    @Test
    void both_marks_survive_compaction_and_expiry_down_to_one_snapshot() {
        run(broken("a"));
        follow(KEEP);
        letters(0, 3);
        letters(3, 5);
        Ledger ledger = table().ledger();
        maintain(TWIN);
        assertThat(lake.table(TWIN).snapshots()).hasSize(1);
        assertThat(lake.table(TWIN).currentSnapshot().summary())
                .containsKeys("sluice.offsets", "sluice.run-id", "sluice.upstream." + REJECTED);

        assertThat(table().ledger()).isEqualTo(ledger);
        assertThat(table().append(range(3, 5), rows(3, 5)).changed()).isFalse();
        assertThat(follow(KEEP)).isZero();
        letters(5, 6);
        run(broken("b"));
        assertThat(follow(KEEP)).isEqualTo(1);
        assertThat(twin()).hasSize(6 + 2);
        assertEveryRejectionOnce(2);
    }

    @Test
    void without_a_compaction_expiry_keeps_the_newest_mark_of_each_kind() {
        run(broken("a"));
        follow(KEEP);
        letters(0, 3);
        Budget noCompaction = new Budget(1 << 20, 50, 0.9, 50, Duration.ZERO, 1, Duration.ofDays(3), 64 << 20);
        maintain(TWIN, noCompaction);

        assertThat(lake.table(TWIN).snapshots()).hasSize(2);
        assertThat(follow(KEEP)).isZero();
        assertEveryRejectionOnce(1);
    }

    @Test
    void a_table_of_an_older_version_is_widened_and_keeps_its_rows() {
        List<Types.NestedField> old = DeadLetterColumns.schema().columns().stream()
                .filter(field -> field.fieldId() < 19)
                .map(field ->
                        List.of(10, 11, 12, 13, 15, 16, 17).contains(field.fieldId()) ? field.asRequired() : field)
                .toList();
        lake.catalog()
                .createTable(
                        TableIdentifier.parse(TWIN),
                        new Schema(old),
                        PartitionSpec.unpartitioned(),
                        Map.of(TableProperties.FORMAT_VERSION, "3"));
        letters(0, 2);
        run(broken("a"));

        assertThat(follow(KEEP)).isEqualTo(1);
        assertThat(twin()).hasSize(3);
        assertEveryRejectionOnce(1);
    }

    @Test
    void the_audit_finds_a_rejection_that_is_missing_and_one_that_is_there_twice() {
        run(broken("a"));
        follow(KEEP);
        run(broken("b"));
        follow(KEEP);
        Table twin = lake.table(TWIN);
        long stamped = snapshot(TWIN);
        List<org.apache.iceberg.DataFile> files = new ArrayList<>();
        try (org.apache.iceberg.io.CloseableIterable<org.apache.iceberg.FileScanTask> tasks =
                twin.newScan().planFiles()) {
            tasks.forEach(task -> files.add(task.file().copy()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        twin.newDelete().deleteFile(files.get(0).location()).commit();
        assertThat(audit()).filteredOn(AuditLine::failed).singleElement().satisfies(line -> {
            assertThat(line.expected()).isEqualTo("2");
            assertThat(line.found()).isEqualTo("1");
        });

        twin.manageSnapshots().rollbackTo(stamped).commit();
        twin.newAppend().appendFile(files.get(1)).commit();
        assertThat(audit())
                .filteredOn(AuditLine::failed)
                .singleElement()
                .satisfies(line -> assertThat(line.found()).isEqualTo("3"));
    }

    private static OrderEvent whole(String order) {
        return OrderEvent.of(order, "PLACED", 1, DAY);
    }

    private static OrderEvent broken(String order) {
        return OrderEvent.of(order, "LOST", 1, DAY);
    }

    private void run(OrderEvent... events) {
        lake.land(List.of(events));
        ModelEngine engine = lake.engine();
        engine.run(models);
    }

    private RejectionFollower follower(TableFaults faults) {
        return new RejectionFollower(lake.catalog(), lake.settings(), faults);
    }

    private long follow(DeadLetterTarget target) {
        return follower(TableFaults.none()).follow(target, models);
    }

    private Holds holds() {
        return new Holds(lake.catalog(), models, Map.of("bronze.orders", TWIN));
    }

    private TableMaintenance.Visit maintain(String name) {
        return maintain(name, TIGHT);
    }

    private TableMaintenance.Visit maintain(String name, Budget budget) {
        return new TableMaintenance(
                        budget, new RecordRewriter(), () -> Instant.now().plus(Duration.ofHours(1)), TableFaults.none())
                .run(
                        lake.table(name),
                        new MaintainedTable(name, MaintainedTable.Files.CONTAINERS, holds().of(name)),
                        () -> true);
    }

    private void takeOut(org.apache.iceberg.expressions.Expression rows) {
        lake.table(REJECTED).newDelete().deleteFromRowFilter(rows).commit();
    }

    private DeadLetterTable table() {
        return DeadLetterTable.open(lake.catalog(), TableIdentifier.parse(TWIN), () -> DAY);
    }

    private void letters(long from, long to) {
        table().append(range(from, to), rows(from, to));
    }

    private static OffsetRange range(long from, long to) {
        return new OffsetRange(PLACE, from, to);
    }

    private static List<DeadLetterRow> rows(long from, long to) {
        List<DeadLetterRow> rows = new ArrayList<>();
        for (long offset = from; offset < to; offset++) {
            rows.add(new DeadLetterRow(
                    new RecordPosition("orders", 0, offset, 1_700_000_000_000L),
                    "TRUNCATED",
                    "byte 3",
                    null,
                    null,
                    null,
                    3,
                    Map.of(),
                    "orders.dlq",
                    0,
                    offset));
        }
        return rows;
    }

    private List<Record> twin() {
        return lake.records(TWIN);
    }

    private long snapshot(String name) {
        return lake.table(name).currentSnapshot().snapshotId();
    }

    private static String value(Record row) {
        ByteBuffer value = (ByteBuffer) row.getField("value");
        return StandardCharsets.UTF_8.decode(value.duplicate()).toString();
    }

    private List<AuditLine> audit() {
        return new RejectionAudit(lake.catalog()).check(TWIN, lake.table(TWIN));
    }

    /** Compared by reading both tables with Iceberg's own reader. */
    private void assertEveryRejectionOnce(int rejections) {
        List<@Nullable Object> expected = lake.records(REJECTED).stream()
                .map(row -> row.getField("_rejected_id"))
                .toList();
        assertThat(expected).hasSize(rejections);
        assertThat(twin())
                .filteredOn(row -> row.getField("model") != null)
                .extracting(row -> row.getField("rejected_id"))
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(audit()).isNotEmpty().noneMatch(AuditLine::failed);
    }
}
