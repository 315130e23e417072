package dev.sluice.app.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.app.retry.Pause;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An interrupted thread cannot wait: it passes what is free at once, and ends where it would have to wait. */
class ThrottleTest {
    private static final int RATE = 10;

    private Instant now = Instant.parse("2026-03-01T00:00:00Z");
    private final Throttle throttle = new Throttle(RATE, new Pause(), clock());

    private InstantSource clock() {
        return () -> now;
    }

    /** How many records pass now without waiting, of at most a hundred. */
    private int free(Throttle throttle) {
        Thread.currentThread().interrupt();
        for (int taken = 0; taken < 100; taken++) {
            try {
                throttle.take();
            } catch (SluiceException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.BACKFILL_STOPPED);
                return taken;
            }
        }
        return 100;
    }

    @AfterEach
    void uninterrupt() {
        Thread.interrupted();
    }

    @Test
    void as_many_pass_as_the_time_that_went_by_allows() {
        assertThat(free(throttle)).isZero();

        // One is owed for the record above.
        now = now.plus(Duration.ofMillis(600));

        assertThat(free(throttle)).isEqualTo(5);
    }

    @Test
    void time_spent_on_other_things_is_made_up_for_by_one_second_at_most() {
        now = now.plus(Duration.ofHours(1));

        assertThat(free(throttle)).isEqualTo(RATE);
    }

    @Test
    void a_clock_that_is_set_back_does_not_stop_the_reader() {
        now = now.minus(Duration.ofHours(1));
        assertThat(free(throttle)).isZero();

        now = now.plus(Duration.ofMillis(600));

        assertThat(free(throttle)).isEqualTo(5);
    }

    @Test
    void without_a_rate_nobody_waits() {
        assertThat(free(new Throttle(0, new Pause(), clock()))).isEqualTo(100);
    }

    @Test
    void the_wait_is_as_long_as_the_rate_says() {
        Throttle real = new Throttle(50, new Pause(), InstantSource.system());
        long start = System.nanoTime();

        for (int taken = 0; taken < 20; taken++) {
            real.take();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(350));
    }

    @Test
    void a_run_that_is_asked_to_stop_takes_no_more() {
        Pause pause = new Pause();
        pause.stop();

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(new Throttle(0, pause, clock())::take)
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.BACKFILL_STOPPED));
    }
}
