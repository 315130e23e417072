package dev.sluice.sink.duck;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.parquet.ParquetUtil;
import org.jspecify.annotations.Nullable;

/** Writes the result of a query as Parquet data files of an Iceberg table. The files are in no table yet. */
public final class DataFileWriter {
    private static final String ROWS = "sluice_partitioned";

    private final DuckDb db;
    private final LocalFiles local;

    public DataFileWriter(DuckDb db, LocalFiles local) {
        this.db = db;
        this.local = local;
    }

    /**
     * Writes all rows that a query returns, one file per partition of the table that has rows.
     *
     * @param select a query whose columns are among the table's, by name
     * @param columns their names
     * @param fileName unique in the table, without folder and extension
     */
    public List<DataFile> write(Table table, String select, List<String> columns, String fileName) throws SQLException {
        Schema schema = table.schema().select(columns);
        if (table.spec().isUnpartitioned()) {
            return List.of(write(table, table.spec(), null, select, schema, fileName + ".parquet"));
        }
        db.execute("CREATE TEMP TABLE %s AS %s".formatted(ROWS, select));
        List<DataFile> files = new ArrayList<>();
        for (Map.Entry<PartitionKey, String> partition :
                new PartitionedRows(db, table, ROWS).queries(columns).entrySet()) {
            String name = "%s-%05d.parquet".formatted(fileName, files.size());
            files.add(write(table, table.spec(), partition.getKey(), partition.getValue(), schema, name));
        }
        db.execute("DROP TABLE " + ROWS);
        return files;
    }

    /**
     * Writes all rows that a query returns into one file.
     *
     * @param partition of every one of the rows, by that spec; not looked at when it has no fields
     * @param schema the columns of the query, with the field ids that the file gets
     * @param fileName unique in the table, without folder
     */
    public DataFile writeOne(
            Table table, PartitionSpec spec, StructLike partition, String select, Schema schema, String fileName)
            throws SQLException {
        return write(table, spec, spec.isUnpartitioned() ? null : partition, select, schema, fileName);
    }

    private DataFile write(
            Table table,
            PartitionSpec spec,
            @Nullable StructLike partition,
            String select,
            Schema schema,
            String fileName)
            throws SQLException {
        String location = partition == null
                ? table.locationProvider().newDataLocation(fileName)
                : table.locationProvider().newDataLocation(spec, partition, fileName);
        Path path = local.write(location);
        db.execute("COPY (%s) TO %s (FORMAT parquet, COMPRESSION zstd, FIELD_IDS %s)"
                .formatted(select, SqlText.literal(path.toString()), DuckTypes.fieldIds(schema)));
        try {
            toDisk(path);
            DataFiles.Builder builder = DataFiles.builder(spec);
            DataFile file = (partition == null ? builder : builder.withPartition(partition))
                    .withPath(location)
                    .withFormat(FileFormat.PARQUET)
                    .withFileSizeInBytes(Files.size(path))
                    .withMetrics(ParquetUtil.fileMetrics(
                            org.apache.iceberg.Files.localInput(path.toFile()), MetricsConfig.forTable(table)))
                    .build();
            local.publish(table.io(), path, location);
            return file;
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.STORAGE_FAILED,
                    "[%s] Cannot read back data file %s: %s".formatted(table.name(), location, e.getMessage()),
                    e);
        }
    }

    /** A table never names a file that a power cut could take away. */
    private static void toDisk(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
