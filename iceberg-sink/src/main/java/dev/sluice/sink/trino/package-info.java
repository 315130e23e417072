/** A Trino cluster on the same tables, asked over JDBC. */
@NullMarked
package dev.sluice.sink.trino;

import org.jspecify.annotations.NullMarked;
