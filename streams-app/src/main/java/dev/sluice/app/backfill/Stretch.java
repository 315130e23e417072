package dev.sluice.app.backfill;

import dev.sluice.sink.backfill.HeldOffsets;
import dev.sluice.sink.ledger.OffsetRange;
import org.jspecify.annotations.Nullable;

/**
 * Offsets of one partition that are to be read.
 *
 * @param held when the ledger holds the range: the rows that are there; null when the range is new to the table
 */
record Stretch(OffsetRange range, @Nullable HeldOffsets held) {
    boolean isRepair() {
        return held != null;
    }

    boolean isHeld(long offset) {
        return held != null && held.contains(offset);
    }
}
