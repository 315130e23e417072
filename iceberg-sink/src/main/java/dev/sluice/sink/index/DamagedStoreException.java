package dev.sluice.sink.index;

import java.io.IOException;

/** A file of a store does not hold what was written to it, or is missing. The store is of no use any more. */
public final class DamagedStoreException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedStoreException(String message) {
        super(message);
    }

    DamagedStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
