/** A real Kafka broker and controller inside this JVM, on a folder that it can be started on again. */
@NullMarked
package dev.sluice.embedded.broker;

import org.jspecify.annotations.NullMarked;
