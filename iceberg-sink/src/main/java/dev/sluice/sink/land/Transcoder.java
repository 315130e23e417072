package dev.sluice.sink.land;

/** Reads one value of one schema and adds it, or null, to its columns. */
@FunctionalInterface
interface Transcoder {
    /**
     * Reads the next value. After an exception some columns may have theirs and others not.
     *
     * @param rep repetition level of the value
     */
    void read(AvroInput in, int rep) throws MalformedValue;
}
