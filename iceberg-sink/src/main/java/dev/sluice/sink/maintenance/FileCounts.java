package dev.sluice.sink.maintenance;

import dev.sluice.sink.merge.TableFiles.LiveFile;
import java.util.Collection;

/**
 * What readers of a table have to open and skip.
 *
 * @param files data files
 * @param bytes their size
 * @param rows rows in them, the deleted ones included
 * @param deletedRows rows that readers skip
 */
public record FileCounts(long files, long bytes, long rows, long deletedRows) {
    static FileCounts of(Collection<LiveFile> files) {
        long bytes = 0;
        long rows = 0;
        long deleted = 0;
        for (LiveFile live : files) {
            bytes += live.file().fileSizeInBytes();
            rows += live.file().recordCount();
            deleted += FileGroup.deletedRows(live);
        }
        return new FileCounts(files.size(), bytes, rows, deleted);
    }

    /** Deleted rows as a part of all rows; 0 of an empty table. */
    public double deletedRatio() {
        return rows == 0 ? 0 : (double) deletedRows / rows;
    }
}
