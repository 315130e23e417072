package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.KeyIndexAudit;
import dev.sluice.sink.audit.ModelTableAudit;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.index.IndexTag;
import dev.sluice.sink.index.KeyStore;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.merge.TableFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTableAuditTest {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir
    Path folder;

    private final ModelSet models = ModelSet.load(Lake.MODELS);
    private Lake lake;

    @BeforeEach
    void mergeAMessyHistoryInFourRuns() {
        lake = Lake.create(folder);
        land(event("a", "PLACED", 1, 1), event("b", "PLACED", 1, 2), event("a", "PAID", 2, 3));
        land(event("a", "REFUNDED", 4, 40), event("c", "SHIPPED", 3, 30));
        land(event("c", "PLACED", 1, 10), event("a", "SHIPPED", 3, 9).country("FR"), event("b", "PLACED", 1, 2));
        land(event("b", "PLACED", 1, 2).country("FR"), event("d", "PLACED", 1, 5));
    }

    @AfterEach
    void closeLake() throws Exception {
        lake.close();
    }

    private void land(OrderEvent... events) {
        lake.land(List.of(events));
        lake.engine().run(models);
    }

    private static OrderEvent event(String order, String type, int version, int hour) {
        return OrderEvent.of(order, type, version, DAY.plusSeconds(hour * 3600L));
    }

    private List<AuditLine> audit() {
        return new ModelTableAudit(lake.catalog(), new DuckDbSettings("512MB", 1, folder.resolve("spill")))
                .check(models);
    }

    private List<AuditLine> failures() {
        return audit().stream().filter(AuditLine::failed).toList();
    }

    @Test
    void tables_merged_step_by_step_are_what_the_sql_gives_in_one_go() {
        List<AuditLine> lines = audit();

        assertThat(lines).noneMatch(AuditLine::failed);
        assertThat(lines)
                .filteredOn(line -> line.promise().equals("The tables are what their SQL says")
                        && line.verdict() == AuditLine.Verdict.PASS)
                .extracting(AuditLine::subject)
                .containsExactly("silver.orders", "gold.fct_orders", "gold.revenue_daily", "gold.revenue_by_segment");
        assertThat(lines.toString()).contains("expected=4 rows #");
    }

    @Test
    void an_order_deleted_by_a_tombstone_is_gone_in_the_computation_too() {
        lake.landTombstones("a");
        lake.engine().run(models);
        land(event("a", "REFUNDED", 9, 50));

        assertThat(failures()).isEmpty();
        assertThat(audit().toString()).contains("expected=3 rows #");
    }

    @Test
    void what_was_landed_but_not_merged_yet_is_no_failure() {
        lake.land(List.of(event("e", "PLACED", 1, 1)));

        assertThat(failures()).isEmpty();
    }

    @Test
    void a_compaction_by_another_engine_is_no_failure() {
        lake.compact("silver.orders");

        assertThat(failures()).isEmpty();
    }

    @Test
    void a_changed_a_lost_and_an_added_row_are_found_and_shown() {
        overwrite("silver.orders", rows -> rows.get(0).setField("amount_cents", 7L));
        assertThat(failures()).singleElement().satisfies(line -> {
            assertThat(line.subject()).isEqualTo("silver.orders");
            assertThat(line.detail()).contains("expected ", "found ", "|7|");
        });

        overwrite("gold.fct_orders", rows -> rows.remove(0));
        assertThat(failures()).extracting(AuditLine::subject).contains("gold.fct_orders");

        overwrite("gold.revenue_daily", rows -> rows.add(rows.get(0)));
        assertThat(failures()).extracting(AuditLine::subject).contains("gold.revenue_daily");
    }

    private List<AuditLine> deepAudit() {
        DuckDbSettings settings = new DuckDbSettings("512MB", 1, folder.resolve("spill"));
        return new ModelTableAudit(
                        lake.catalog(),
                        settings,
                        ModelTableAudit.Depth.ROWS,
                        List.of(new KeyIndexAudit(lake.settings().indexFolder())))
                .check(models);
    }

    @Test
    void row_by_row_the_rows_that_only_the_table_has_are_shown() {
        assertThat(deepAudit()).noneMatch(AuditLine::failed);
        overwrite("silver.orders", rows -> rows.get(0).setField("amount_cents", 7L));

        assertThat(deepAudit())
                .filteredOn(line -> line.failed() && line.compared().contains("one by one"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.expected()).isEqualTo("4");
                    assertThat(line.found()).isEqualTo("3");
                    assertThat(line.detail()).contains("in the table only: ", "|7|");
                });
    }

    @Test
    void an_index_that_lags_is_named_and_one_that_denies_it_is_found() throws Exception {
        IndexFolder index = IndexFolder.of(folder, "silver.orders");
        assertThat(index(deepAudit()).verdict()).isEqualTo(AuditLine.Verdict.PASS);
        IndexFolder older = index.copyTo(folder.resolve("older"));
        land(event("e", "PLACED", 1, 1));
        older.copyTo(index.path());
        assertThat(index(deepAudit()).compared()).contains("stale", "the next run catches it up");

        try (KeyStore store = KeyStore.open(index.path()).orElseThrow()) {
            IndexTag tag = store.tag().orElseThrow();
            long now = lake.table("silver.orders").currentSnapshot().snapshotId();
            store.commit(new IndexTag(tag.table(), tag.layout(), now));
        }

        assertThat(deepAudit()).filteredOn(AuditLine::failed).singleElement().satisfies(line -> {
            assertThat(line.subject()).isEqualTo("silver.orders");
            assertThat(line.expected()).isEqualTo("5");
            assertThat(line.found()).isEqualTo("4");
        });
    }

    @Test
    void a_damaged_index_is_found() throws Exception {
        IndexFolder.of(folder, "silver.orders").damage("log-");

        assertThat(index(deepAudit()).detail()).contains("the next run makes a new one");
    }

    private static AuditLine index(List<AuditLine> lines) {
        return lines.stream()
                .filter(line -> line.promise().startsWith("The key index")
                        && line.subject().equals("silver.orders"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_missing_file_is_named_and_what_needs_it_is_not_compared() throws Exception {
        DataFile file = TableFiles.current(lake.table("silver.orders"))
                .files()
                .iterator()
                .next()
                .file();
        Files.delete(LocalFiles.local(file.location()).orElseThrow());

        List<AuditLine> lines = deepAudit();

        assertThat(lines).filteredOn(AuditLine::failed).singleElement().satisfies(line -> {
            assertThat(line.promise()).isEqualTo("Every file is there");
            assertThat(line.detail()).contains(file.location());
        });
        assertThat(lines)
                .filteredOn(line -> line.compared().contains("files that it takes are missing"))
                .extracting(AuditLine::subject)
                .contains("silver.orders", "gold.fct_orders");
    }

    @Test
    void a_stamp_that_contradicts_its_mirror_is_found() {
        Table table = lake.table("silver.orders");
        Stamp stamp = Stamp.of(table).orElseThrow();
        UpdateProperties update = table.updateProperties();
        new Stamp(stamp.model(), "another-run", stamp.upstream()).entries().forEach(update::set);
        update.commit();

        assertThat(failures())
                .singleElement()
                .satisfies(line -> assertThat(line.found()).isEqualTo("run another-"));
    }

    @Test
    void a_table_whose_upstream_snapshot_was_expired_is_not_judged_but_said() {
        lake.land(List.of(event("e", "PLACED", 1, 1)));
        Table bronze = lake.table("bronze.orders");
        bronze.expireSnapshots()
                .expireOlderThan(System.currentTimeMillis() + 60_000)
                .retainLast(1)
                .commit();

        assertThat(audit())
                .filteredOn(line -> line.verdict() == AuditLine.Verdict.NOTE
                        && line.subject().equals("silver.orders"))
                .singleElement()
                .satisfies(line -> assertThat(line.compared()).contains("bronze.orders", "was expired"));
        assertThat(failures()).isEmpty();
    }

    private void overwrite(String name, Consumer<List<Record>> change) {
        Table table = lake.table(name);
        List<Record> rows = new ArrayList<>();
        for (Record row : lake.records(name)) {
            Record copy = GenericRecord.create(table.schema());
            table.schema().columns().forEach(field -> copy.setField(field.name(), row.getField(field.name())));
            rows.add(copy.copy(Map.of()));
        }
        change.accept(rows);
        table.newOverwrite()
                .overwriteByRowFilter(Expressions.alwaysTrue())
                .addFile(Lake.write(table, rows))
                .commit();
    }
}
