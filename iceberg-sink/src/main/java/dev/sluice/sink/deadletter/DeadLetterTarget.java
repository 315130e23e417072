package dev.sluice.sink.deadletter;

import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Where the rows of a source go that models reject.
 *
 * @param source the bronze table; models that come from it are followed
 * @param table the dead-letter table
 * @param values whether it gets the rows themselves
 * @param keys whether it gets the keys of records
 */
public record DeadLetterTarget(String source, TableIdentifier table, boolean values, boolean keys) {}
