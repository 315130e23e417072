/**
 * The landing measured against its floor and against the Kafka Connect sink, each in a JVM of its own. Start reading at
 * {@code LandingBench}.
 */
@NullMarked
package dev.sluice.embedded.bench;

import org.jspecify.annotations.NullMarked;
