package dev.sluice.sink.land;

import org.jspecify.annotations.Nullable;

/** Reads one value of one schema and says what its column gets, in Iceberg's internal representation. */
@FunctionalInterface
interface ValueReader {
    /**
     * Reads the next value.
     *
     * @param reuse what this reader returned before for the same place, or null
     * @return the column's value; null also when nothing is to be kept
     */
    @Nullable
    Object read(AvroInput in, @Nullable Object reuse) throws MalformedValue;
}
