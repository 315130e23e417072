/** What the service asks of a Kafka cluster besides producing and consuming. */
@NullMarked
package dev.sluice.app.kafka;

import org.jspecify.annotations.NullMarked;
