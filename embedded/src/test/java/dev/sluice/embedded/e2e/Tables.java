package dev.sluice.embedded.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.demo.TableProof;
import dev.sluice.load.ExpectedTable;
import dev.sluice.load.ExpectedTables;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.TableRows;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;

/** The tables of a pipeline, through Iceberg's own classes. */
public final class Tables implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("bronze.orders", "silver.orders", "gold.fct_orders", "gold.revenue_daily");

    private final Catalog catalog;

    Tables(Map<String, String> catalogProperties) {
        this.catalog = CatalogUtil.buildIcebergCatalog("sluice", catalogProperties, null);
    }

    Table table(String name) {
        return catalog.loadTable(TableIdentifier.parse(name));
    }

    void assertEqual(ExpectedTables expected) {
        assertEqual(catalog, expected);
    }

    /** Every row of silver and gold is what the seeds of these loads say, and bronze has as many rows. */
    public static void assertEqual(Catalog catalog, ExpectedTables expected) {
        for (ExpectedTable table :
                List.of(expected.silverOrders(), expected.goldOrders(), expected.goldRevenueDaily())) {
            AuditLine line = new TableProof(catalog.loadTable(TableIdentifier.parse(table.name())), table).check();
            assertThat(line.verdict())
                    .as("%s: expected %s, found %s, %s", table.name(), line.expected(), line.found(), line.detail())
                    .isEqualTo(AuditLine.Verdict.PASS);
        }
        assertThat(rows(catalog.loadTable(TableIdentifier.parse("bronze.orders"))))
                .isEqualTo(expected.partitions().stream()
                        .mapToLong(count -> count.rows() + count.tombstones())
                        .sum());
    }

    long rows(String name) {
        return rows(table(name));
    }

    private static long rows(Table table) {
        return new TableRows(table, List.of(table.schema().columns().get(0).name()))
                .digest(table.currentSnapshot().snapshotId())
                .rows();
    }

    /** For every table, its snapshot and what its rows come to. */
    Map<String, String> state() {
        Map<String, String> state = new LinkedHashMap<>();
        for (String name : NAMES) {
            Table table = table(name);
            long snapshot = table.currentSnapshot().snapshotId();
            List<String> columns =
                    table.schema().columns().stream().map(field -> field.name()).toList();
            state.put(name, snapshot + ": " + new TableRows(table, columns).digest(snapshot));
        }
        return state;
    }

    /** Adds one to a number in one row of a table, as somebody with another engine might. */
    void tamper(String name, String column) {
        Table table = table(name);
        try {
            List<Record> rows = new ArrayList<>();
            try (CloseableIterable<Record> live = IcebergGenerics.read(table).build()) {
                for (Record row : live) {
                    Record copy = GenericRecord.create(table.schema());
                    table.schema().columns().forEach(field -> copy.setField(field.name(), row.getField(field.name())));
                    rows.add(copy);
                }
            }
            Record changed = rows.stream()
                    .filter(row -> row.getField(column) != null)
                    .findFirst()
                    .orElseThrow();
            changed.setField(column, (Long) changed.getField(column) + 1);
            table.newOverwrite()
                    .overwriteByRowFilter(Expressions.alwaysTrue())
                    .addFile(write(table, rows))
                    .commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DataFile write(Table table, List<Record> rows) throws IOException {
        DataWriter<Record> writer = Parquet.writeData(table.io()
                        .newOutputFile(table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet")))
                .schema(table.schema())
                .withSpec(table.spec())
                .createWriterFunc(GenericParquetWriter::create)
                .build();
        try (writer) {
            rows.forEach(writer::write);
        }
        return writer.toDataFile();
    }

    @Override
    public void close() {
        if (catalog instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
