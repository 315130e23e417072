package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacerTest {
    private final ManualClock clock = new ManualClock();
    private final List<Long> parked = new ArrayList<>();

    @Test
    void a_record_waits_until_the_rate_allows_it() {
        Pacer pacer = new Pacer(100, clock, this::parkExactly);
        for (long sent = 0; sent < 250; sent++) {
            pacer.await(sent);
        }
        assertThat(pacer.elapsed()).isEqualTo(Duration.ofMillis(2_490));
    }

    @Test
    void a_load_that_fell_behind_catches_up_without_waiting() {
        Pacer pacer = new Pacer(100, clock, this::parkExactly);
        clock.advance(Duration.ofSeconds(1));
        for (long sent = 0; sent <= 100; sent++) {
            pacer.await(sent);
        }
        assertThat(parked).isEmpty();
    }

    @Test
    void waking_up_too_early_waits_again() {
        Pacer pacer = new Pacer(1, clock, nanos -> parkExactly(Math.max(1_000_000, nanos / 2)));
        pacer.await(1);
        assertThat(pacer.elapsed()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(parked).hasSizeGreaterThan(3);
    }

    @Test
    void no_rate_means_no_waiting() {
        new Pacer(0, clock, this::parkExactly).await(1_000_000);
        assertThat(parked).isEmpty();
    }

    @Test
    void an_interrupted_thread_does_not_wait() {
        Thread.currentThread().interrupt();
        new Pacer(1, clock, this::parkExactly).await(1_000);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(parked).isEmpty();
    }

    private void parkExactly(long nanos) {
        parked.add(nanos);
        clock.advance(Duration.ofNanos(nanos));
    }
}
