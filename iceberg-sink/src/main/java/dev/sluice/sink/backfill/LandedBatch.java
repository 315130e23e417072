package dev.sluice.sink.backfill;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;

/** What one batch has landed and not committed yet. */
public record LandedBatch(List<LandedStretch> added, List<OverwrittenStretch> overwritten) {
    public LandedBatch {
        added = List.copyOf(added);
        overwritten = List.copyOf(overwritten);
    }

    /** A batch that replaces nothing. */
    public static LandedBatch of(List<LandedStretch> added) {
        return new LandedBatch(added, List.of());
    }

    public boolean isEmpty() {
        return added.isEmpty() && overwritten.isEmpty();
    }

    /** Rows in its files. */
    public long rows() {
        return files().stream().mapToLong(DataFile::recordCount).sum();
    }

    List<DataFile> files() {
        List<DataFile> files = new ArrayList<>();
        added.forEach(stretch -> files.addAll(stretch.files()));
        overwritten.forEach(stretch -> files.addAll(stretch.files()));
        return files;
    }
}
