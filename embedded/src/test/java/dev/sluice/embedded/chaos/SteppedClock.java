package dev.sluice.embedded.chaos;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The system's clock, set forth or back by the test. */
final class SteppedClock implements InstantSource {
    private volatile Duration step = Duration.ZERO;

    void step(Duration by) {
        step = by;
    }

    @Override
    public Instant instant() {
        return InstantSource.system().instant().plus(step);
    }
}
