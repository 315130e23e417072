/** DuckDB plumbing: one instance per run, Iceberg files as relations, Parquet files written for Iceberg tables. */
@NullMarked
package dev.sluice.sink.duck;

import org.jspecify.annotations.NullMarked;
