/** The queryable twin of a dead-letter topic: its records, and the rows that models reject, in an Iceberg table. */
@NullMarked
package dev.sluice.app.twin;

import org.jspecify.annotations.NullMarked;
