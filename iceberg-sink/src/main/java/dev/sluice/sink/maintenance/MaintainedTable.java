package dev.sluice.sink.maintenance;

import java.util.List;

/**
 * A table, and who needs what of it.
 *
 * @param name with its namespace
 * @param files what its writer takes a data file for
 * @param holds who needs old snapshots
 */
public record MaintainedTable(String name, Files files, List<Hold> holds) {
    public MaintainedTable {
        holds = List.copyOf(holds);
    }

    /** What a data file is to its table's writer. */
    public enum Files {
        /** A place for rows. */
        CONTAINERS,
        /** A unit that is replaced as a whole; two are never put together. */
        UNITS
    }
}
