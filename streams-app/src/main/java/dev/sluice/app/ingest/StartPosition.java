package dev.sluice.app.ingest;

import dev.sluice.sink.ledger.SourcePartition;

/**
 * Where the next range of a source partition starts.
 *
 * @param offset the committed offset, or the first one in the log for a group that never committed
 */
record StartPosition(SourcePartition source, long offset) {}
