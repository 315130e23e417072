package dev.sluice.sink.merge;

import dev.sluice.sink.duck.DataFileWriter;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.PositionDeleteIndex;

/**
 * The rows that a merge wrote, in data files that are in no table yet.
 *
 * @param select a query for the rows
 * @param located a query for the rows with {@link FileRelation#FILE} and {@link FileRelation#POSITION}, when they are
 *     known without reading the files
 */
record WrittenRows(List<DataFile> files, String select, Optional<String> located) {
    private static final String OUT = "sluice_out";

    /**
     * Writes the rows of a query. Where they go into one file they are put into a temporary table first: DuckDB copies
     * a table in the order of its row ids, so the row id is the position.
     *
     * @param rows how many the query returns
     * @param fileName unique in the table
     */
    static WrittenRows write(
            DuckDb db, LocalFiles local, Table table, MergeSpec spec, String select, long rows, String fileName)
            throws SQLException {
        if (rows == 0) {
            return new WrittenRows(List.of(), select, Optional.empty());
        }
        DataFileWriter writer = new DataFileWriter(db, local);
        List<String> columns = spec.columns().stream().map(MergeColumn::name).toList();
        if (!table.spec().isUnpartitioned()) {
            return new WrittenRows(writer.write(table, select, columns, fileName), select, Optional.empty());
        }
        db.execute("CREATE OR REPLACE TEMP TABLE %s AS %s".formatted(OUT, select));
        String names = SqlText.list(columns, SqlText::name);
        String out = "SELECT %s FROM %s".formatted(names, OUT);
        List<DataFile> files = writer.write(table, out, columns, fileName);
        return new WrittenRows(
                files,
                out,
                Optional.of("SELECT %s, CAST(0 AS INTEGER) AS %s, rowid AS %s FROM %s"
                        .formatted(names, FileRelation.FILE, FileRelation.POSITION, OUT)));
    }

    /** All rows of the files. */
    List<FileRows> rows() {
        return files.stream()
                .map(file -> FileRows.except(
                        file.location(), file.fileSizeInBytes(), file.recordCount(), 0, PositionDeleteIndex.empty()))
                .toList();
    }

    long bytes() {
        return files.stream().mapToLong(DataFile::fileSizeInBytes).sum();
    }
}
