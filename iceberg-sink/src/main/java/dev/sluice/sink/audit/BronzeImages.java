package dev.sluice.sink.audit;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.land.BronzeRows;
import dev.sluice.sink.merge.TableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** The images of the live rows of a bronze table. */
public final class BronzeImages {
    private final Table table;
    private final IntFunction<Schema> writers;
    private final RowImages images;

    /** @param writers the writer's schema by its registry id */
    public BronzeImages(Table table, IntFunction<Schema> writers, RowImages images) {
        this.table = table;
        this.writers = writers;
        this.images = images;
    }

    /** Takes one row's place, and its image if it asks for it. */
    @FunctionalInterface
    public interface Visitor {
        void row(String topic, int partition, long offset, Image image);

        /** Makes the image of the row that is visited. */
        @FunctionalInterface
        interface Image {
            RowImage get();
        }
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
                        () -> image(rebuilt, row, id == null ? null : writer(id)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[" + table.name() + "] Cannot close the reader of " + file.location(), e);
        }
    }

    /** Null for an id that the registry does not know, which no row that we land has. */
    private @Nullable Schema writer(int id) {
        try {
            return writers.apply(id);
        } catch (SluiceException e) {
            if (e.code() != ErrorCode.SCHEMA_NOT_FOUND) {
                throw e;
            }
            return null;
        }
    }

    private RowImage image(BronzeRows rebuilt, StructLike row, @Nullable Schema writer) {
        if (writer == null) {
            return images.landed(row, null, null);
        }
        try {
            return images.landed(row, writer, ByteBuffer.wrap(rebuilt.rebuild(writer, row)));
        } catch (SluiceException e) {
            if (e.code() != ErrorCode.SCHEMA_INVALID) {
                throw e;
            }
            // No row that we land is like that; it will differ from every record.
            return images.landed(row, writer, null);
        }
    }

    private int position(String column) {
        Types.NestedField field = table.schema().findField(column);
        return table.schema().columns().indexOf(field);
    }
}
