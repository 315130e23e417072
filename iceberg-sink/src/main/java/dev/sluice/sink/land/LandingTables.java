package dev.sluice.sink.land;

import org.apache.avro.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/** Gives a partition writer the table it lands into, already shaped for the writers that are met. */
public interface LandingTables {
    /** Whether the catalog has the table now. */
    boolean exists(TableIdentifier name);

    /** The table as it is, created when missing. */
    Table loadOrCreate(TableIdentifier name);

    /**
     * The table, with a column for every field of {@code writer} that can have one. Answered from memory when this id
     * was met before. The answer is not refreshed afterwards.
     */
    Table evolved(TableIdentifier name, int schemaId, Schema writer);
}
