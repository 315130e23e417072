package dev.sluice.sink.land;

import org.apache.avro.Schema;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * The way of the records of one source partition into data files, for as long as the table keeps its schema. Files are
 * opened at the first row. Used by one thread.
 */
interface Lane extends AutoCloseable {
    /** How the values of a writer schema are decoded here; good for this lane only. */
    DecodePlan plan(int schemaId, Schema writer);

    /**
     * Decodes a value and writes its row.
     *
     * @param plan the one for {@code schemaId}
     * @param key already masked
     */
    Landed land(
            DecodePlan plan,
            RecordPosition at,
            byte @Nullable [] key,
            int schemaId,
            long nowMillis,
            byte[] value,
            int payloadOffset);

    /** Writes a row for a record without a value. */
    void tombstone(RecordPosition at, byte @Nullable [] key, long nowMillis);

    /** Whether the open file has reached this size, bytes. */
    boolean reached(long targetBytes);

    /** Ends the open file; null when there is none. */
    @Nullable
    DataFile roll();

    /** Where files were begun, of those that are closed as well. */
    Iterable<String> locations();

    /** Gives the open file up and frees what the lane holds. */
    @Override
    void close();
}
