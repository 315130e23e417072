package dev.sluice.app.retry;

import java.time.Duration;

/** Waiting times that double from the first to the longest. */
public record Backoff(Duration first, Duration longest) {
    /** 100 ms to 5 s. */
    public static final Backoff STANDARD = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    /** The wait after so many failures in a row, counted from 1. */
    public Duration after(int failures) {
        int doublings = Math.min(Math.max(failures - 1, 0), 20);
        Duration wait = first.multipliedBy(1L << doublings);
        return wait.compareTo(longest) < 0 ? wait : longest;
    }
}
