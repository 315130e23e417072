/** The cost of row-level merges: batches of order events into a preloaded table, and what they do to its readers. */
@NullMarked
package dev.sluice.embedded.bench.merge;

import org.jspecify.annotations.NullMarked;
