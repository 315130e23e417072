/**
 * What a bronze table already holds: for every source partition the offset up to which it was landed, carried as a
 * stamp on every commit and mirrored in a table property, so that neither expiry nor compaction can lose it.
 */
@NullMarked
package dev.sluice.sink.ledger;

import org.jspecify.annotations.NullMarked;
