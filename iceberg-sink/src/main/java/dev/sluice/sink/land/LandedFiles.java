package dev.sluice.sink.land;

import java.util.List;
import org.apache.iceberg.DataFile;

/**
 * The closed files of one micro-batch of one partition.
 *
 * @param files data files in offset order, in no table yet; empty when nothing landed
 * @param rows records landed as rows, tombstones not among them; with the tombstones, the sum of the files' record
 *     counts
 * @param tombstones records without a value, landed as rows with null columns
 * @param schemaIds ids of the writer schemas of the rows, ascending, each once
 */
public record LandedFiles(List<DataFile> files, long rows, long tombstones, List<Integer> schemaIds) {
    public LandedFiles {
        files = List.copyOf(files);
        schemaIds = List.copyOf(schemaIds);
    }
}
