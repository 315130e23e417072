package dev.sluice.sink.maintenance;

import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;

/** Writes the live rows of a group into new data files, in no table yet. */
public interface GroupRewriter {
    /**
     * The new files: none when all rows are deleted. Every row keeps its values and, where the table's format has one,
     * its row id and the sequence number of its last change.
     *
     * @param fileName unique in the table, without folder and extension
     */
    List<DataFile> rewrite(Table table, FileGroup group, String fileName);
}
