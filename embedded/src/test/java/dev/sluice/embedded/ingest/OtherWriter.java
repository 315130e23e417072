package dev.sluice.embedded.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;

/** Somebody with a tool of his own, who changes tables that are not his. */
final class OtherWriter {
    private final Table table;

    OtherWriter(Table table) {
        this.table = table;
    }

    /** Changes the rows of an amount, and dates them a year later, so that nothing newer takes their place. */
    void addToAmounts(long cents) throws IOException {
        rewrite(row -> {
            if (row.getField("amount_cents") instanceof Long amount
                    && row.getField("event_time") instanceof OffsetDateTime time
                    && amount % 7 == 0) {
                row.setField("amount_cents", amount + cents);
                row.setField("event_time", time.plusYears(1));
            }
        });
    }

    /** Writes every row again, changed or not. */
    void rewrite(Consumer<Record> change) throws IOException {
        OverwriteFiles overwrite = table.newOverwrite();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(task -> overwrite.deleteFile(task.file()));
        }
        DataWriter<Record> writer = Parquet.writeData(table.io()
                        .newOutputFile(table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet")))
                .forTable(table)
                .createWriterFunc(GenericParquetWriter::create)
                .build();
        try (writer;
                CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
            for (Record row : rows) {
                change.accept(row);
                writer.write(row);
            }
        }
        overwrite.addFile(writer.toDataFile()).commit();
    }

    /** Deletes the rows of an order by naming it, as streaming engines do; answers where it says so. */
    String deleteByValue(String orderId) throws IOException {
        Schema key = table.schema().select("order_id");
        EqualityDeleteWriter<Record> writer = Parquet.writeDeletes(table.io()
                        .newOutputFile(table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet")))
                .forTable(table)
                .rowSchema(key)
                .equalityFieldIds(table.schema().findField("order_id").fieldId())
                .createWriterFunc(GenericParquetWriter::create)
                .buildEqualityWriter();
        try (writer) {
            writer.write(GenericRecord.create(key).copy(Map.of("order_id", orderId)));
        }
        DeleteFile deletes = writer.toDeleteFile();
        table.newRowDelta().addDeletes(deletes).commit();
        return deletes.location();
    }

    /** Leaves a file in the table's folder that belongs to nothing, with an age; answers where. */
    Path abandon(Duration age) throws IOException {
        Path data = Path.of(table.location().replaceFirst("^file:/+", "/")).resolve("data");
        Path file = Files.writeString(data.resolve("abandoned-" + UUID.randomUUID() + ".parquet"), "no rows");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
        return file;
    }
}
