/** Bronze: raw records as immutable rows, appended exactly once from announced data files. */
@NullMarked
package dev.sluice.sink.bronze;

import org.jspecify.annotations.NullMarked;
