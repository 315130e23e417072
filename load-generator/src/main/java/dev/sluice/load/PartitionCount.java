package dev.sluice.load;

/**
 * What must become of the records of one partition.
 *
 * @param records on the topic
 * @param rows valid events in the bronze table, duplicates included
 * @param tombstones rows of the bronze table without a value, counted apart from {@code rows}
 * @param deadLetters records that must be rejected
 */
public record PartitionCount(int partition, long records, long rows, long tombstones, long deadLetters) {}
