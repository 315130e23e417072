/** What the engine did, kept in Iceberg tables of the schema {@code ops} that any engine can read. */
@NullMarked
package dev.sluice.sink.ops;

import org.jspecify.annotations.NullMarked;
