package dev.sluice.sink.land;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.UUID;
import org.apache.iceberg.Table;

/** What data files are called, when they are made and when they fail. */
final class DataFileNames {
    private DataFileNames() {}

    /** Sorts by partition and offset; the random part makes it unique over retries and instances. */
    static String location(Table table, RecordPosition first) {
        return table.locationProvider()
                .newDataLocation("%s-%05d-%019d-%s.parquet"
                        .formatted(first.topic(), first.partition(), first.offset(), UUID.randomUUID()));
    }

    /** The failure of a file that names it. */
    static SluiceException failed(Table table, String verb, String location, Exception cause) {
        boolean ours = cause instanceof ClassCastException
                || cause instanceof NullPointerException
                || cause instanceof IllegalArgumentException
                || cause instanceof ArithmeticException
                || cause instanceof IndexOutOfBoundsException;
        return new SluiceException(
                ours ? ErrorCode.BUG : ErrorCode.STORAGE_FAILED,
                "[" + table.name() + "] Cannot " + verb + " data file " + location + ": " + reason(cause),
                cause);
    }

    /** The messages of the whole chain: the one that matters, like "no space left", is often the innermost. */
    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        Throwable inner = cause.getCause();
        return inner == null || message.contains(String.valueOf(inner.getMessage()))
                ? message
                : message + ": " + reason(inner);
    }
}
