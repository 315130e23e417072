package dev.sluice.sink.audit;

import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** A table as it was at one snapshot. */
record PinnedTable(Table table, Snapshot snapshot) {}
