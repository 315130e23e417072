package dev.sluice.app.ingest;

import java.time.Instant;

/**
 * What the announcements of one transaction have in common.
 *
 * @param batchId a UUID
 */
record BatchIdentity(String pipeline, String instance, String batchId, Instant announcedAt) {}
