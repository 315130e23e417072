/** Dead letters and the rows that models reject as rows of one table, each appended exactly once. */
@NullMarked
package dev.sluice.sink.deadletter;

import org.jspecify.annotations.NullMarked;
