package dev.sluice.app.backfill;

import dev.sluice.sink.backfill.HeldOffsets;
import dev.sluice.sink.ledger.OffsetRange;

/** Offsets of one partition that are to be read. */
sealed interface Stretch {
    OffsetRange range();

    /** New to the table. */
    record Missing(OffsetRange range) implements Stretch {}

    /** Held by the ledger, though some rows of it went missing: those are put back. */
    record Repair(OffsetRange range, HeldOffsets held) implements Stretch {}

    /** Held by the ledger, and landed again in place of the rows that are there. */
    record Overwrite(OffsetRange range, HeldOffsets held) implements Stretch {}
}
