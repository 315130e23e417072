package dev.sluice.sink.duck;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Ends the work of DuckDB instances from another thread. */
public final class Cancellation {
    private final Set<DuckDb> instances = ConcurrentHashMap.newKeySet();
    private volatile boolean requested;

    /** Ends what the watched instances do now, and everything that is begun later. Returns at once. */
    public void request() {
        requested = true;
        instances.forEach(DuckDb::cancel);
    }

    public boolean isRequested() {
        return requested;
    }

    void watch(DuckDb instance) {
        instances.add(instance);
        if (requested) {
            instance.cancel();
        }
    }

    void forget(DuckDb instance) {
        instances.remove(instance);
    }
}
