/** The bronze tables: one immutable row per Kafka record, created and evolved to fit what the writers write. */
@NullMarked
package dev.sluice.sink.bronze;

import org.jspecify.annotations.NullMarked;
