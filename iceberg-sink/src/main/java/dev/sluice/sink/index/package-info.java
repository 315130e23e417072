/** A store of numbers by key on local disk, and the log of rows that the numbers point into. No SQL, no table. */
@NullMarked
package dev.sluice.sink.index;

import org.jspecify.annotations.NullMarked;
