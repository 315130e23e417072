package dev.sluice.sink.maintenance;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.merge.TableFiles.LiveFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.data.parquet.InternalWriter;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;

/**
 * Rewrites row by row with Iceberg's own reader and writer: every type that a table can have, and the way bronze is
 * written.
 */
public final class RecordRewriter implements GroupRewriter {
    @Override
    public List<DataFile> rewrite(Table table, FileGroup group, String fileName) {
        if (group.rows() == group.deletedRows()) {
            return List.of();
        }
        PartitionSpec spec = Objects.requireNonNull(table.specs().get(group.specId()));
        String location = spec.isUnpartitioned()
                ? table.locationProvider().newDataLocation(fileName + ".parquet")
                : table.locationProvider().newDataLocation(spec, group.partition(), fileName + ".parquet");
        Schema schema = schema(table);
        try {
            DataWriter<StructLike> writer = Parquet.writeData(
                            table.encryption().encrypt(table.io().newOutputFile(location)))
                    .forTable(table)
                    .schema(schema)
                    .withSpec(spec)
                    .withPartition(spec.isUnpartitioned() ? null : group.partition())
                    .createWriterFunc(InternalWriter::createWriter)
                    .build();
            try (writer) {
                for (LiveFile live : group.files()) {
                    copy(table, schema, live, writer);
                }
            }
            return List.of(writer.toDataFile());
        } catch (IOException | RuntimeIOException e) {
            throw new SluiceException(
                    ErrorCode.STORAGE_FAILED,
                    "[%s] Cannot rewrite %d data files into %s: %s"
                            .formatted(table.name(), group.files().size(), location, e.getMessage()),
                    e);
        }
    }

    /** From format version 3 on, with the two columns that say which row a row is. */
    static Schema schema(Table table) {
        return TableUtil.formatVersion(table) > 2
                ? MetadataColumns.schemaWithRowLineage(table.schema())
                : table.schema();
    }

    private static void copy(Table table, Schema schema, LiveFile live, DataWriter<StructLike> writer)
            throws IOException {
        DataFile file = live.file();
        PositionDeleteIndex deleted = deleted(table, live);
        Map<Integer, Object> constants = new HashMap<>();
        if (file.firstRowId() != null) {
            constants.put(MetadataColumns.ROW_ID.fieldId(), file.firstRowId());
        }
        if (file.dataSequenceNumber() != null) {
            constants.put(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.fieldId(), file.dataSequenceNumber());
        }
        long position = 0;
        try (CloseableIterable<StructLike> rows = Parquet.read(table.io().newInputFile(file))
                .project(schema)
                .createReaderFunc(fileSchema -> InternalReader.create(schema, fileSchema, constants))
                .reuseContainers()
                .build()) {
            for (StructLike row : rows) {
                if (!deleted.isDeleted(position)) {
                    writer.write(row);
                }
                position++;
            }
        }
        if (position != file.recordCount()) {
            throw new SluiceException(
                    ErrorCode.STORAGE_FAILED,
                    "[%s] Cannot rewrite data file %s: wrong number of rows, expected %d as the manifest says, found %d"
                            .formatted(table.name(), file.location(), file.recordCount(), position));
        }
    }

    /**
     * The deleted positions of a file.
     *
     * @throws SluiceException {@code MODEL_FAILED} for deletes by value, which nobody of ours writes
     */
    static PositionDeleteIndex deleted(Table table, LiveFile live) {
        for (DeleteFile delete : live.deletes()) {
            if (delete.content() == FileContent.EQUALITY_DELETES) {
                throw new SluiceException(
                        ErrorCode.MODEL_FAILED,
                        "[%s] Cannot rewrite the table: another writer left equality deletes, expected deletion vectors or position deletes, found %s"
                                .formatted(table.name(), delete.location()));
            }
        }
        return live.deletes().isEmpty()
                ? PositionDeleteIndex.empty()
                : new BaseDeleteLoader(delete -> table.io().newInputFile(delete))
                        .loadPositionDeletes(live.deletes(), live.file().location());
    }
}
