package dev.sluice.app.fault;

import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;

/** What happens when the process passes a {@link FaultPoint} or a {@link TablePoint}: nothing, outside of tests. */
public interface Faults extends TableFaults {
    /**
     * {@code <POINT>[@<table>][:<nth>[:halt|stop]]}: when the process passes the point the nth time, of that table if
     * one is named, it halts as if killed, or stops as by SIGSTOP until it gets a SIGCONT. Several are parted by
     * commas.
     */
    String PROPERTY = "sluice.faults";

    /** The exit status of a process that was halted. */
    int HALTED = 137;

    void pass(FaultPoint point);

    @Override
    default void pass(TablePoint point, String table) {}

    /** Nothing ever happens. */
    static Faults none() {
        return point -> {};
    }

    /**
     * What the system property {@link #PROPERTY} asks for.
     *
     * @throws SluiceException {@code CONFIG_INVALID} if it is not of the form
     */
    static Faults fromSystemProperty() {
        String text = System.getProperty(PROPERTY, "");
        return text.isEmpty() ? none() : PlannedFaults.parse(text);
    }
}
