package dev.sluice.sink.fault;

/** What happens when the process passes a {@link TablePoint}: nothing, outside of tests. */
@FunctionalInterface
public interface TableFaults {
    /**
     * Says that the process is there.
     *
     * @param table its name, with or without the catalog's in front
     */
    void pass(TablePoint point, String table);

    /** Nothing ever happens. */
    static TableFaults none() {
        return (point, table) -> {};
    }
}
