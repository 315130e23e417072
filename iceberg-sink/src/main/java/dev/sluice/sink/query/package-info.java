/** SQL over the tables of a catalog, for people. Reads only. */
@NullMarked
package dev.sluice.sink.query;

import org.jspecify.annotations.NullMarked;
