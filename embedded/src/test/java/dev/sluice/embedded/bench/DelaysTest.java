package dev.sluice.embedded.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DelaysTest {
    @Test
    void percentiles_are_by_nearest_rank_whatever_the_order() {
        long[] millis = LongStream.rangeClosed(1, 100).map(i -> 101 - i).toArray();
        assertThat(Delays.of(millis)).isEqualTo(new Delays(100, 50, 95, 99, 100));
    }

    @Test
    void no_records_and_one_record_have_delays_too() {
        assertThat(Delays.of(new long[0])).isEqualTo(new Delays(0, 0, 0, 0, 0));
        assertThat(Delays.of(new long[] {7})).isEqualTo(new Delays(1, 7, 7, 7, 7));
    }
}
