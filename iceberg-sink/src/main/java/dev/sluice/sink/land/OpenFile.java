package dev.sluice.sink.land;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.parquet.InternalWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;

/** One Parquet data file that is being written. Every failure names the file. */
final class OpenFile {
    /** Asking a Parquet writer for its size walks all columns, so it is not done for every row. */
    private static final int ROWS_BETWEEN_SIZE_CHECKS = 100;

    private final Table table;
    private final Schema schema;
    private final String location;
    private final DataWriter<StructLike> writer;
    private long rows;

    OpenFile(Table table, Schema schema, RecordPosition first) {
        this.table = table;
        this.schema = schema;
        this.location = table.locationProvider().newDataLocation(name(first));
        try {
            this.writer = Parquet.writeData(
                            table.encryption().encrypt(table.io().newOutputFile(location)))
                    .forTable(table)
                    .schema(schema)
                    .withSpec(PartitionSpec.unpartitioned())
                    .createWriterFunc(InternalWriter::createWriter)
                    .build();
        } catch (IOException | RuntimeException e) {
            throw failed("open", e);
        }
    }

    /** Sorts by partition and offset; the random part makes it unique over retries and instances. */
    private static String name(RecordPosition first) {
        return "%s-%05d-%019d-%s.parquet"
                .formatted(first.topic(), first.partition(), first.offset(), UUID.randomUUID());
    }

    String location() {
        return location;
    }

    Schema schema() {
        return schema;
    }

    void write(StructLike row) {
        try {
            writer.write(row);
            rows++;
        } catch (RuntimeException e) {
            throw failed("write", e);
        }
    }

    /** Whether the file has reached this size, bytes; looked at once per hundred rows. */
    boolean reached(long targetBytes) {
        return rows % ROWS_BETWEEN_SIZE_CHECKS == 0 && writer.length() >= targetBytes;
    }

    DataFile close() {
        try {
            writer.close();
            return writer.toDataFile();
        } catch (IOException | RuntimeException e) {
            throw failed("close", e);
        }
    }

    /** Frees the writer after a failure; whatever it says now is not news. */
    @SuppressWarnings("EmptyCatch")
    void discard() {
        try {
            writer.close();
        } catch (IOException | RuntimeException ignored) {
            // The file is about to be deleted.
        }
    }

    private SluiceException failed(String verb, Exception cause) {
        boolean ours = cause instanceof ClassCastException
                || cause instanceof NullPointerException
                || cause instanceof IllegalArgumentException
                || cause instanceof IndexOutOfBoundsException;
        return new SluiceException(
                ours ? ErrorCode.BUG : ErrorCode.STORAGE_FAILED,
                "[" + table.name() + "] Cannot " + verb + " data file " + location + ": " + reason(cause),
                cause);
    }

    /** The messages of the whole chain: the one that matters, like "no space left", is often the innermost. */
    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        Throwable inner = cause.getCause();
        return inner == null || message.contains(String.valueOf(inner.getMessage()))
                ? message
                : message + ": " + reason(inner);
    }
}
