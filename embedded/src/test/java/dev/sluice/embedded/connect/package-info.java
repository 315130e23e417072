/** A real Kafka Connect worker between a real Postgres and Kafka, and the checks of the files in connect-config. */
@NullMarked
package dev.sluice.embedded.connect;

import org.jspecify.annotations.NullMarked;
