/** Dead letters as rows of a table, appended exactly once by the same ledger as bronze. */
@NullMarked
package dev.sluice.sink.deadletter;

import org.jspecify.annotations.NullMarked;
