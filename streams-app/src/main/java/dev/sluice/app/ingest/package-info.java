/** From a source topic to closed data files: one Kafka transaction per micro-batch. */
@NullMarked
package dev.sluice.app.ingest;

import org.jspecify.annotations.NullMarked;
