/** Named points of a table's change at which a test may kill the process. */
@NullMarked
package dev.sluice.sink.fault;

import org.jspecify.annotations.NullMarked;
