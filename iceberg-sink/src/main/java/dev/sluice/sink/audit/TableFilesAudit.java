package dev.sluice.sink.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.InputFile;

/** Checks the files of a table: all there, of the recorded length, and no equality delete among them. */
public final class TableFilesAudit {
    private final Table table;
    private final String subject;

    public TableFilesAudit(Table table) {
        this(table, table.name());
    }

    /** @param subject what the lines call the table */
    public TableFilesAudit(Table table, String subject) {
        this.table = table;
        this.subject = subject;
    }

    /** Two lines: every file is there, and no equality delete rests in the table. */
    public List<AuditLine> check(long snapshotId) {
        long referenced = 0;
        List<String> missing = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(snapshotId).planFiles()) {
            for (FileScanTask task : tasks) {
                referenced++;
                inspect(task.file().location(), task.file().fileSizeInBytes(), missing);
                for (DeleteFile delete : task.deletes()) {
                    if (seen.add(delete.location() + delete.contentOffset())) {
                        referenced++;
                        inspect(delete.location(), delete.fileSizeInBytes(), missing);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[" + table.name() + "] Cannot list the table's files", e);
        }
        List<String> equalityDeletes = equalityDeletes(table.snapshot(snapshotId));
        return List.of(
                AuditLine.equal(
                        "Every file is there",
                        subject,
                        "files the snapshot refers to = files present with their recorded length",
                        referenced,
                        referenced - missing.size(),
                        "missing or changed: " + shown(missing)),
                AuditLine.equal(
                        "No resting equality deletes",
                        subject,
                        "equality delete files = 0",
                        0,
                        equalityDeletes.size(),
                        "readers pay for them on every scan: " + shown(equalityDeletes)));
    }

    /** A scan does not show those that its statistics rule out for the files of today. */
    private List<String> equalityDeletes(Snapshot snapshot) {
        List<String> found = new ArrayList<>();
        for (ManifestFile manifest : snapshot.deleteManifests(table.io())) {
            try (ManifestReader<DeleteFile> deletes =
                    ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
                for (DeleteFile delete : deletes) {
                    if (delete.content() == FileContent.EQUALITY_DELETES) {
                        found.add(delete.location());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("[" + table.name() + "] Cannot read a manifest", e);
            }
        }
        return found;
    }

    private static String shown(List<String> files) {
        return String.join("; ", files.subList(0, Math.min(3, files.size())));
    }

    private void inspect(String location, long recordedLength, List<String> missing) {
        InputFile file = table.io().newInputFile(location);
        try {
            long length = file.exists() ? file.getLength() : -1;
            if (length != recordedLength) {
                missing.add(location + " (expected " + recordedLength + " bytes, found "
                        + (length < 0 ? "no file" : length + " bytes") + ")");
            }
        } catch (NotFoundException e) {
            missing.add(location + " (not found)");
        }
    }
}
