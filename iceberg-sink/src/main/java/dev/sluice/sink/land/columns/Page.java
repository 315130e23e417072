package dev.sluice.sink.land.columns;

import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;

/**
 * A page as it will be in the file.
 *
 * @param compressed its bytes
 * @param plainSize their number before compression
 * @param entries values, nulls and empty lists included
 */
record Page(BytesInput compressed, int plainSize, int entries, int rows, Statistics<?> statistics, Encoding encoding) {}
