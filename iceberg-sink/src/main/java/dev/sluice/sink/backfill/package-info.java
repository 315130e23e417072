/**
 * Bringing older offsets into tables and showing models rows again, beside the live flow: batches, the log of batches
 * that a run resumes from, and a bronze commit that is exactly once by itself. Knows no Kafka; the ranges and data
 * files come from the caller.
 */
@NullMarked
package dev.sluice.sink.backfill;

import org.jspecify.annotations.NullMarked;
