package dev.sluice.embedded.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.config.CatalogConfig;
import dev.sluice.app.service.Catalogs;
import dev.sluice.embedded.connect.Checkout;
import dev.sluice.embedded.e2e.Tables;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.LoadGenerator;
import dev.sluice.load.LoadRecord;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.RecordKind;
import dev.sluice.load.SchemaIds;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.orders.OrderSchemas;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.ModelTableAudit;
import dev.sluice.sink.audit.TableFilesAudit;
import dev.sluice.sink.bronze.BronzeBatch;
import dev.sluice.sink.bronze.BronzeCommitter;
import dev.sluice.sink.bronze.BronzeTables;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.land.LandedFiles;
import dev.sluice.sink.land.LandingSpec;
import dev.sluice.sink.land.PartitionWriter;
import dev.sluice.sink.land.RecordPosition;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import dev.sluice.sink.ledger.SourcePartition;
import dev.sluice.sink.model.EngineSettings;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.query.QueryEngine;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a load through all layers, by nothing but the properties of {@code catalog} in {@code sluice.yaml}. */
interface StorageContract {
    TableIdentifier BRONZE = TableIdentifier.of("bronze", "orders");
    LoadSpec LOAD = LoadSpec.defaults()
            .withEvents(800)
            .withOrders(160)
            .withPartitions(1)
            .withSeed(21);
    int BATCHES = 2;

    /** What stands under {@code catalog.properties}. */
    Map<String, String> properties();

    /** What every data file's location starts with. */
    String scheme();

    @Test
    default void aLoadGoesThroughAllLayersAndIsAudited(@TempDir Path work) {
        ModelSet models = ModelSet.load(Checkout.path("models"));
        DuckDbSettings duckDb = new DuckDbSettings("512MB", 2, work.resolve("spill"));
        try (Catalogs catalogs = Catalogs.open(new CatalogConfig("contract", properties()));
                ModelEngine engine = new ModelEngine(
                        catalogs.catalog(),
                        new EngineSettings(work.resolve("engine"), "512MB", 2, 5),
                        Clock.systemUTC())) {
            Catalog catalog = catalogs.catalog();
            List<LoadRecord> records = records();
            long from = 0;
            for (int batch = 0; batch < BATCHES; batch++) {
                long to = batch == BATCHES - 1 ? records.size() : from + records.size() / BATCHES;
                BronzeBatch landed = land(catalog, records, from, to, batch);
                Table table = catalog.loadTable(BRONZE);
                new BronzeCommitter(table).commit(List.of(landed), 1);
                // Offered again, as after a crash: recognised by the ledger.
                new BronzeCommitter(catalog.loadTable(BRONZE)).commit(List.of(landed), 1);
                assertThat(engine.run(models)).allMatch(ModelRun::succeeded);
                assertThat(engine.run(models)).allMatch(run -> run.kind() == ModelRun.Kind.UP_TO_DATE);
                from = to;
            }

            assertThat(count(catalog, duckDb, "bronze.orders")).isEqualTo(records.size());
            assertThat(count(catalog, duckDb, "silver.orders"))
                    .isEqualTo(ExpectedTables.of(LOAD).orderCount());
            assertThat(count(catalog, duckDb, "gold.fct_orders"))
                    .isEqualTo(ExpectedTables.of(LOAD).orderCount());
            Tables.assertEqual(catalog, ExpectedTables.of(LOAD));
            assertAudited(catalog, models, duckDb);
        }
    }

    private void assertAudited(Catalog catalog, ModelSet models, DuckDbSettings duckDb) {
        List<AuditLine> lines = new ArrayList<>(new ModelTableAudit(catalog, duckDb).check(models));
        for (TableIdentifier name :
                List.of(BRONZE, TableIdentifier.of("silver", "orders"), TableIdentifier.of("gold", "fct_orders"))) {
            Table table = catalog.loadTable(name);
            table.newScan()
                    .planFiles()
                    .forEach(task -> assertThat(task.file().location()).startsWith(scheme()));
            lines.addAll(
                    new TableFilesAudit(table).check(table.currentSnapshot().snapshotId()));
        }
        assertThat(lines).hasSizeGreaterThan(6).noneMatch(AuditLine::failed);
    }

    private static List<LoadRecord> records() {
        List<LoadRecord> records = new ArrayList<>();
        new LoadGenerator(LOAD, new SchemaIds(1, 2, 3)).forEachRemaining(record -> {
            if (record.kind() != RecordKind.MALFORMED) {
                records.add(record);
            }
        });
        return records;
    }

    private static BronzeBatch land(Catalog catalog, List<LoadRecord> records, long from, long to, int batch) {
        try (PartitionWriter writer =
                new PartitionWriter(new BronzeTables(catalog), BRONZE, LandingSpec.defaults(), () -> Instant.EPOCH)) {
            for (long offset = from; offset < to; offset++) {
                LoadRecord record = records.get((int) offset);
                RecordPosition at = new RecordPosition("orders", 0, offset, record.timestampMillis());
                byte[] value = record.value();
                if (value == null) {
                    writer.tombstone(at, record.key());
                    continue;
                }
                int id = ConfluentFraming.schemaId(value);
                writer.land(
                        at,
                        record.key(),
                        id,
                        id == 1 ? OrderSchemas.v1() : OrderSchemas.v2(),
                        value,
                        ConfluentFraming.HEADER_LENGTH);
            }
            LandedFiles files = writer.finish();
            assertThat(files.rows() + files.tombstones()).isEqualTo(to - from);
            return new BronzeBatch(
                    new OffsetRange(new SourcePartition("cluster", "topic", "orders", 0), from, to),
                    batch,
                    new RangeCounts(files.rows(), files.tombstones(), 0),
                    files.files());
        }
    }

    private static long count(Catalog catalog, DuckDbSettings duckDb, String table) {
        Object count = new QueryEngine(catalog, duckDb)
                .query("SELECT count(*) FROM " + table)
                .rows()
                .get(0)
                .get(0);
        return ((Number) count).longValue();
    }
}
