/**
 * Seeded order traffic and its judge: the same {@link dev.sluice.load.LoadSpec} always yields the same records, and
 * {@link dev.sluice.load.ExpectedTables} computes from it what the tables must hold, without reading a byte of them.
 */
@NullMarked
package dev.sluice.load;

import org.jspecify.annotations.NullMarked;
