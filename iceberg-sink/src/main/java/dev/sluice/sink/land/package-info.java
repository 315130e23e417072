/**
 * Landing: from the Avro bytes of one Kafka record to one row of a Parquet data file, with every bad record answered as
 * a value and every good one rebuildable byte for byte.
 */
@NullMarked
package dev.sluice.sink.land;

import org.jspecify.annotations.NullMarked;
