/**
 * Backfills on the Kafka side: which offsets a person means, a bounded reader without a group, dead letters once, and
 * the runner of batches. Start reading at {@code BackfillService}.
 */
@NullMarked
package dev.sluice.app.backfill;

import org.jspecify.annotations.NullMarked;
