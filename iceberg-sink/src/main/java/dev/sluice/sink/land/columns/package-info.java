/**
 * Parquet files written column by column: values are gathered per column, encoded a page at a time and handed to
 * Parquet's file writer. Knows nothing of where the values come from. Start reading at {@code ColumnSet}.
 */
@NullMarked
package dev.sluice.sink.land.columns;

import org.jspecify.annotations.NullMarked;
