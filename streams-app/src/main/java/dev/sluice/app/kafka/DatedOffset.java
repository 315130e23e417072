package dev.sluice.app.kafka;

import java.time.Instant;

/** Where a record stands in its partition, and the time it is dated. */
public record DatedOffset(long offset, Instant time) {}
