package dev.sluice.load;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.time.Instant;

/**
 * The clock of the events, independent of the wall clock so that a load is the same on every day: orders are placed
 * evenly over {@code span} from {@code start}, and their later events follow hours to days after.
 *
 * @param haste how many times shorter than that the orders live
 */
public record EventClock(Instant start, Duration span, int haste) {
    /** Orders that live hours to days. */
    public EventClock(Instant start, Duration span) {
        this(start, span, 1);
    }

    public EventClock {
        if (haste < 1) {
            throw new SluiceException(
                    ErrorCode.USAGE, "Cannot shorten the lives of orders: expected 1 time or more, found " + haste);
        }
        if (start.isBefore(Instant.EPOCH)) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "Cannot use option --start: Kafka has no earlier timestamps, expected 1970-01-01T00:00:00Z or later,"
                            + " found " + start);
        }
        if (span.compareTo(Duration.ofSeconds(1)) < 0 || span.compareTo(Duration.ofDays(36_500)) > 0) {
            throw new SluiceException(
                    ErrorCode.USAGE, "Cannot use option --span: expected one second to 36500 days, found " + span);
        }
    }

    /** Thirty days from 2026-01-01. */
    public static EventClock defaults() {
        return new EventClock(Instant.parse("2026-01-01T00:00:00Z"), Duration.ofDays(30));
    }

    long startMicros() {
        return Math.addExact(Math.multiplyExact(start.getEpochSecond(), 1_000_000L), start.getNano() / 1_000);
    }

    long spanMicros() {
        return Math.addExact(Math.multiplyExact(span.getSeconds(), 1_000_000L), span.getNano() / 1_000);
    }
}
