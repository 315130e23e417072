package dev.sluice.sink.land;

import java.time.InstantSource;
import org.apache.avro.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of one source partition and one micro-batch into Parquet data files, which are in no table until
 * somebody commits them. Files are opened at the first row. Belongs to one thread.
 *
 * <p>After a {@link dev.sluice.error.SluiceException} the writer is dead: only {@link #abort()} and {@link #close()}
 * are left.
 */
public final class PartitionWriter implements AutoCloseable {
    private final LandingTables tables;

    /**
     * A writer with nothing open yet.
     *
     * @param table the bronze table of the source
     * @param clock stamps {@code _ingested_at}
     */
    public PartitionWriter(LandingTables tables, TableIdentifier table, LandingSpec spec, InstantSource clock) {
        this.tables = tables;
    }

    /**
     * Decodes one record and writes its row.
     *
     * @param value the record's value as it came, framing included
     * @param payloadOffset where the Avro bytes start in {@code value}
     * @throws dev.sluice.error.SluiceException STORAGE_FAILED when the file cannot be written; the catalog's codes when
     *     the table cannot be evolved
     */
    public Landed land(
            RecordPosition at, byte @Nullable [] key, int schemaId, Schema writer, byte[] value, int payloadOffset) {
        return new Landed.Rejected(RejectReason.CORRUPT, tables.toString());
    }

    /** Writes a row for a record without a value: the key, the position, and null everywhere else. */
    public void tombstone(RecordPosition at, byte @Nullable [] key) {}

    /** Whether a file of this batch has reached its target size, so that the batch had better end. */
    public boolean full() {
        return false;
    }

    /** Closes the open file and hands over all files. Nothing can be landed afterwards. */
    public LandedFiles finish() {
        return new LandedFiles(java.util.List.of(), 0, 0, java.util.List.of());
    }

    /** Closes and deletes what was written, as far as storage lets it. Does nothing after {@link #finish()}. */
    public void abort() {}

    /** Aborts unless finished. */
    @Override
    public void close() {
        abort();
    }
}
