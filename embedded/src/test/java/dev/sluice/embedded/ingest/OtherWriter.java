package dev.sluice.embedded.ingest;

import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
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
                if (row.getField("amount_cents") instanceof Long amount
                        && row.getField("event_time") instanceof OffsetDateTime time
                        && amount % 7 == 0) {
                    row.setField("amount_cents", amount + cents);
                    row.setField("event_time", time.plusYears(1));
                }
                writer.write(row);
            }
        }
        overwrite.addFile(writer.toDataFile()).commit();
    }
}
