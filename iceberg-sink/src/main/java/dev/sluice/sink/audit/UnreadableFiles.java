package dev.sluice.sink.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;

/**
 * Finds data files that are there and cannot be read to their end. It reads all of them, so only a check that broke off
 * asks for it.
 */
public final class UnreadableFiles {
    private static final int SHOWN = 3;

    private UnreadableFiles() {}

    /** The line that names them; nothing when all files can be read, and something else is wrong. */
    public static Optional<AuditLine> line(String subject, Table table, long snapshotId) {
        List<String> unreadable = new ArrayList<>();
        long files = 0;
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(snapshotId).planFiles()) {
            for (FileScanTask task : tasks) {
                files++;
                String location = task.file().location();
                try {
                    read(table, location);
                } catch (RuntimeException e) {
                    unreadable.add(location + " (" + e + ")");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[" + table.name() + "] Cannot list the table's files", e);
        }
        return unreadable.isEmpty()
                ? Optional.empty()
                : Optional.of(AuditLine.equal(
                        "Every file is there",
                        subject,
                        "data files = data files that can be read to their end",
                        files,
                        files - unreadable.size(),
                        "unreadable: " + String.join("; ", unreadable.subList(0, Math.min(SHOWN, unreadable.size())))));
    }

    private static void read(Table table, String location) {
        try (CloseableIterable<StructLike> rows = Parquet.read(table.io().newInputFile(location))
                .project(table.schema())
                .createReaderFunc(fileSchema -> InternalReader.create(table.schema(), fileSchema))
                .build()) {
            rows.forEach(row -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
