package dev.sluice.sink.audit;

import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.land.BronzeRows;
import dev.sluice.sink.merge.TableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** The Kafka values that the live rows of a bronze table were landed from, rebuilt from their columns. */
public final class BronzeValues {
    private final Table table;
    private final IntFunction<Schema> writers;

    /** @param writers the writer's schema by its registry id */
    public BronzeValues(Table table, IntFunction<Schema> writers) {
        this.table = table;
        this.writers = writers;
    }

    /** Takes one row's place and the Avro bytes without framing. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Takes it.
         *
         * @param schemaId -1 for a tombstone
         * @param value null for a tombstone
         */
        void row(String topic, int partition, long offset, int schemaId, byte @Nullable [] value);
    }

    /** Hands over every row of a snapshot. */
    public void forEach(long snapshotId, Visitor visitor) {
        TableFiles files = TableFiles.at(table, table.snapshot(snapshotId));
        files.rows().forEach(file -> read(file, visitor));
    }

    private void read(FileRows file, Visitor visitor) {
        BronzeRows rebuilt = new BronzeRows(table.schema().asStruct());
        int topic = position(BronzeColumns.TOPIC);
        int partition = position(BronzeColumns.PARTITION);
        int offset = position(BronzeColumns.OFFSET);
        int schemaId = position(BronzeColumns.SCHEMA_ID);
        try (CloseableIterable<StructLike> rows = Parquet.read(table.io().newInputFile(file.location()))
                .project(table.schema())
                .createReaderFunc(fileSchema -> InternalReader.create(table.schema(), fileSchema))
                .build()) {
            long place = 0;
            for (StructLike row : rows) {
                long at = place++;
                if (file.except().map(deleted -> deleted.isDeleted(at)).orElse(false)) {
                    continue;
                }
                Integer id = row.get(schemaId, Integer.class);
                visitor.row(
                        row.get(topic, CharSequence.class).toString(),
                        row.get(partition, Integer.class),
                        row.get(offset, Long.class),
                        id == null ? -1 : id,
                        id == null ? null : rebuilt.rebuild(writers.apply(id), row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[" + table.name() + "] Cannot close the reader of " + file.location(), e);
        }
    }

    private int position(String column) {
        Types.NestedField field = table.schema().findField(column);
        return table.schema().columns().indexOf(field);
    }
}
