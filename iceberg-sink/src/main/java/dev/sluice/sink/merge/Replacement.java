package dev.sluice.sink.merge;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.merge.TableFiles.LiveFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.DVFileWriter;
import org.apache.iceberg.deletes.DeleteGranularity;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.io.FanoutPositionOnlyDeleteWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.ContentFileUtil;
import org.jspecify.annotations.Nullable;

/**
 * What takes replaced rows out of their data files: deletion vectors, or in format version 2 position delete files of
 * one data file each. Each holds the positions that were deleted before as well, and takes the place of the older one.
 *
 * @param added new delete files
 * @param superseded delete files that they take the place of
 * @param touched the data files, with their deletes as they will be
 */
public record Replacement(List<DeleteFile> added, List<DeleteFile> superseded, List<LiveFile> touched) {
    private static final long TARGET_BYTES = 64L << 20;

    public static Replacement none() {
        return new Replacement(List.of(), List.of(), List.of());
    }

    public List<String> touchedPaths() {
        return touched.stream().map(live -> live.file().location()).toList();
    }

    /** Writes the delete files; they are in no table yet. */
    public static Replacement write(
            Table table, TableFiles files, Map<String, List<Long>> positions, String operationId) {
        if (positions.isEmpty()) {
            return none();
        }
        DeleteWriteResult result;
        try {
            result = TableUtil.formatVersion(table) > 2
                    ? vectors(table, files, positions, operationId)
                    : positionDeletes(table, files, positions, operationId);
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.STORAGE_FAILED,
                    "[%s] Cannot write deletes: %s".formatted(table.name(), e.getMessage()),
                    e);
        }
        // A position delete file tells its data file by the bounds of its paths, a vector by name.
        Map<String, DeleteFile> byPath = new HashMap<>();
        result.deleteFiles().forEach(added -> byPath.put(ContentFileUtil.referencedDataFileLocation(added), added));
        List<LiveFile> touched = new ArrayList<>();
        for (String path : positions.keySet()) {
            DeleteFile added = byPath.get(path);
            if (added == null) {
                throw new IllegalStateException("No delete file was written for data file " + path);
            }
            touched.add(new LiveFile(live(files, path).file(), List.of(added)));
        }
        return new Replacement(result.deleteFiles(), result.rewrittenDeleteFiles(), touched);
    }

    private static DeleteWriteResult vectors(
            Table table, TableFiles files, Map<String, List<Long>> positions, String operationId) throws IOException {
        DVFileWriter writer = new BaseDVFileWriter(
                factory(table, FileFormat.PUFFIN, operationId), path -> previous(table, files, path));
        try (writer) {
            positions.forEach((path, rows) -> {
                DataFile file = live(files, path).file();
                rows.forEach(row -> writer.delete(path, row, table.specs().get(file.specId()), file.partition()));
            });
        }
        return writer.result();
    }

    private static DeleteWriteResult positionDeletes(
            Table table, TableFiles files, Map<String, List<Long>> positions, String operationId) throws IOException {
        FanoutPositionOnlyDeleteWriter<Record> writer = new FanoutPositionOnlyDeleteWriter<>(
                new GenericFileWriterFactory.Builder(table)
                        .deleteFileFormat(FileFormat.PARQUET)
                        .build(),
                factory(table, FileFormat.PARQUET, operationId),
                table.io(),
                TARGET_BYTES,
                DeleteGranularity.FILE,
                path -> previous(table, files, path.toString()));
        PositionDelete<Record> delete = PositionDelete.create();
        try (writer) {
            positions.forEach((path, rows) -> {
                DataFile file = live(files, path).file();
                rows.forEach(
                        row -> writer.write(delete.set(path, row), table.specs().get(file.specId()), file.partition()));
            });
        }
        return writer.result();
    }

    private static OutputFileFactory factory(Table table, FileFormat format, String operationId) {
        return OutputFileFactory.builderFor(table, 0, 0)
                .format(format)
                .operationId(operationId)
                .suffix("deletes")
                .build();
    }

    /** The rows of a data file that are deleted already; the new file takes their place. */
    private static @Nullable PositionDeleteIndex previous(Table table, TableFiles files, String path) {
        LiveFile live = live(files, path);
        return live.deletes().isEmpty() ? null : Positions.deleted(table.io(), live.deletes(), path);
    }

    private static LiveFile live(TableFiles files, String path) {
        LiveFile live = files.file(path);
        if (live == null) {
            throw new IllegalStateException("Key index names data file " + path + ", which is not live");
        }
        return live;
    }
}
