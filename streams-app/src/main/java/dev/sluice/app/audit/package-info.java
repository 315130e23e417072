/** The audit's Kafka half: what the topics hold, compared with what the tables hold. */
@NullMarked
package dev.sluice.app.audit;

import org.jspecify.annotations.NullMarked;
