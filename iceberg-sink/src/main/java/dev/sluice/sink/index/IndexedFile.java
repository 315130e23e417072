package dev.sluice.sink.index;

/**
 * A data file whose rows a store holds.
 *
 * @param id never given to another file of the same store
 * @param deletes what was known of the file's deletes
 */
public record IndexedFile(int id, String path, String deletes) {}
