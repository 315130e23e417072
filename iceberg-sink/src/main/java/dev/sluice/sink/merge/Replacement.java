package dev.sluice.sink.merge;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.merge.TableFiles.LiveFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.DVFileWriter;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.io.OutputFileFactory;

/**
 * The deletion vectors that take replaced rows out of their data files. Each holds the positions that were deleted
 * before as well, and takes the place of the older vector.
 *
 * @param added new vectors
 * @param superseded vectors that they take the place of
 * @param touched the data files, with their deletes as they will be
 */
record Replacement(List<DeleteFile> added, List<DeleteFile> superseded, List<LiveFile> touched) {
    static Replacement none() {
        return new Replacement(List.of(), List.of(), List.of());
    }

    List<String> touchedPaths() {
        return touched.stream().map(live -> live.file().location()).toList();
    }

    /** Writes the vectors; they are in no table yet. */
    static Replacement write(Table table, TableFiles files, Map<String, List<Long>> positions, String operationId) {
        if (positions.isEmpty()) {
            return none();
        }
        OutputFileFactory factory = OutputFileFactory.builderFor(table, 0, 0)
                .format(FileFormat.PUFFIN)
                .operationId(operationId)
                .build();
        DVFileWriter writer = new BaseDVFileWriter(factory, path -> {
            LiveFile live = live(files, path);
            return live.deletes().isEmpty() ? null : Positions.deleted(table.io(), live.deletes(), path);
        });
        try (writer) {
            positions.forEach((path, rows) -> {
                LiveFile live = live(files, path);
                rows.forEach(row -> writer.delete(
                        path,
                        row,
                        table.specs().get(live.file().specId()),
                        live.file().partition()));
            });
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.STORAGE_FAILED,
                    "[%s] Cannot write deletion vectors: %s".formatted(table.name(), e.getMessage()),
                    e);
        }
        DeleteWriteResult result = writer.result();
        List<LiveFile> touched = new ArrayList<>();
        for (DeleteFile vector : result.deleteFiles()) {
            String path = vector.referencedDataFile();
            if (path != null) {
                touched.add(new LiveFile(live(files, path).file(), List.of(vector)));
            }
        }
        return new Replacement(result.deleteFiles(), result.rewrittenDeleteFiles(), touched);
    }

    private static LiveFile live(TableFiles files, String path) {
        LiveFile live = files.file(path);
        if (live == null) {
            throw new IllegalStateException("Key index names data file " + path + ", which is not live");
        }
        return live;
    }
}
