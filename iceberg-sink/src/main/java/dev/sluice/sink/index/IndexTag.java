package dev.sluice.sink.index;

/**
 * What a store reflects.
 *
 * @param table UUID of the table
 * @param layout how records are made; those of another layout cannot be read
 * @param snapshotId the table's snapshot
 */
public record IndexTag(String table, String layout, long snapshotId) {}
