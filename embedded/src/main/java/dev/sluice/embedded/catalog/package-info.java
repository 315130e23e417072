/** An Iceberg REST catalog inside this JVM, kept in one SQLite file. */
@NullMarked
package dev.sluice.embedded.catalog;

import org.jspecify.annotations.NullMarked;
