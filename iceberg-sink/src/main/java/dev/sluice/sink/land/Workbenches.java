package dev.sluice.sink.land;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.apache.iceberg.Table;

/** The workbenches of one source that nobody uses at the moment. Safe for use by several threads. */
final class Workbenches {
    /** One for each partition that a process may have at a time; more than these are made anew every time. */
    private static final int MOST_IDLE = 64;

    private final Deque<Workbench> idle = new ArrayDeque<>();

    /** One for this state of the table. */
    Workbench take(Table table, LandingSpec spec) {
        Workbench.Purpose purpose = Workbench.Purpose.of(table);
        synchronized (this) {
            Iterator<Workbench> each = idle.iterator();
            while (each.hasNext()) {
                Workbench bench = each.next();
                if (bench.purpose().equals(purpose)) {
                    each.remove();
                    return bench;
                }
            }
        }
        return new Workbench(table, spec, this);
    }

    void putBack(Workbench bench) {
        Workbench surplus = null;
        synchronized (this) {
            idle.addFirst(bench);
            if (idle.size() > MOST_IDLE) {
                surplus = idle.removeLast();
            }
        }
        if (surplus != null) {
            surplus.columns().close();
        }
    }
}
