/** Where table files live: reading and writing the files of a table on the local disk, without Hadoop. */
@NullMarked
package dev.sluice.sink.table;

import org.jspecify.annotations.NullMarked;
