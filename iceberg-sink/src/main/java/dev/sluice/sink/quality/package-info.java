/**
 * Quality tests of tables: what a row or a table must be like, and whether a batch that is about to be committed is.
 */
@NullMarked
package dev.sluice.sink.quality;

import org.jspecify.annotations.NullMarked;
