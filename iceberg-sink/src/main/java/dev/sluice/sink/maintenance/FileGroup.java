package dev.sluice.sink.maintenance;

import dev.sluice.sink.merge.TableFiles.LiveFile;
import java.util.List;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.util.ContentFileUtil;

/**
 * Data files of one partition that are rewritten as one, in one commit.
 *
 * @param place what the files have in common, for people: the partition, or the source partition in bronze
 * @param specId of their partitioning
 * @param partition their partition values; of an unpartitioned table, an empty struct
 * @param files in the order in which their rows are written
 */
public record FileGroup(String place, int specId, StructLike partition, List<LiveFile> files) {
    public FileGroup {
        files = List.copyOf(files);
    }

    /** Size of the data files. */
    public long bytes() {
        return files.stream().mapToLong(live -> live.file().fileSizeInBytes()).sum();
    }

    /** Rows in the data files, the deleted ones included. */
    public long rows() {
        return files.stream().mapToLong(live -> live.file().recordCount()).sum();
    }

    /** Rows that are deleted. */
    public long deletedRows() {
        return files.stream().mapToLong(FileGroup::deletedRows).sum();
    }

    /** Deletes that apply to these data files and to no other. */
    List<DeleteFile> ownDeletes() {
        return files.stream()
                .flatMap(live -> live.deletes().stream())
                .filter(ContentFileUtil::isFileScoped)
                .toList();
    }

    static long deletedRows(LiveFile live) {
        return live.deletes().stream()
                .filter(ContentFileUtil::isFileScoped)
                .mapToLong(DeleteFile::recordCount)
                .sum();
    }
}
