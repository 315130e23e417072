/** The queryable twin of a dead-letter topic: its records as rows of an Iceberg table. */
@NullMarked
package dev.sluice.app.twin;

import org.jspecify.annotations.NullMarked;
