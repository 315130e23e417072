package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadSpecTest {
    private final LoadSpec defaults = LoadSpec.defaults();

    @Test
    void the_parts_of_a_load_add_up_to_its_events_whatever_the_percentages() {
        for (long events : new long[] {1, 2, 7, 99, 12_345}) {
            LoadSpec spec = defaults.withEvents(events)
                    .withFaults(Faults.defaults()
                            .withMalformed(Percent.of(33))
                            .withDuplicates(Percent.of(50))
                            .withTombstones(Percent.of(7)));
            assertThat(spec.validEvents()).isPositive();
            assertThat(spec.validEvents() + spec.duplicates() + spec.malformed() + spec.tombstones())
                    .isEqualTo(events);
        }
    }

    @Test
    void one_percent_is_exactly_one_percent() {
        assertThat(defaults.malformed()).isEqualTo(2_000);
        assertThat(defaults.duplicates()).isEqualTo(4_000);
        assertThat(defaults.withEvents(10_000_000).malformed()).isEqualTo(100_000);
    }

    @Test
    void a_load_too_short_for_its_orders_has_fewer_of_them() {
        assertThat(defaults.distinctOrders()).isEqualTo(40_000);
        assertThat(defaults.withEvents(300).withFaults(Faults.none()).distinctOrders())
                .isEqualTo(100);
        assertThat(defaults.withEvents(1).distinctOrders()).isEqualTo(1);
    }

    @Test
    void a_wrong_number_is_refused_with_the_name_of_its_option() {
        refused(() -> defaults.withEvents(0), "Cannot use option --events: expected 1 to 2000000000, found 0");
        refused(() -> defaults.withOrders(0), "Cannot use option --orders: expected 1 or more, found 0");
        refused(() -> defaults.withRate(-1), "Cannot use option --rate");
        refused(() -> defaults.withPartitions(0), "Cannot use option --partitions: expected 1 to 10000, found 0");
        refused(() -> new EventClock(Instant.EPOCH, Duration.ZERO), "Cannot use option --span");
        refused(() -> new EventClock(Instant.parse("1969-12-31T00:00:00Z"), Duration.ofDays(1)), "--start");
        refused(() -> new Percent(Double.NaN), "expected a fraction from 0 to 1");
    }

    @Test
    void faults_that_leave_no_room_for_valid_events_are_refused() {
        refused(
                () -> Faults.defaults().withMalformed(Percent.of(60)).withDuplicates(Percent.of(40)),
                "expected at most 90% together, found 100%");
        refused(
                () -> Faults.defaults().withOutOfOrder(Percent.of(60)).withLate(Percent.of(60)),
                "--out-of-order and --late: expected at most 100% together, found 60% and 60%");
    }

    @ParameterizedTest
    @CsvSource({"1%,0.01", "0.01,0.01", "0%,0", "100%,1", "2.5 %,0.025", "1,1"})
    void a_share_is_a_percentage_or_a_fraction(String text, double fraction) {
        assertThat(Percent.parse("--late", text)).isEqualTo(new Percent(fraction));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "one", "101%", "1.01", "-1%", "1%%", "NaN"})
    void anything_else_is_refused_as_a_share(String text) {
        refused(
                () -> Percent.parse("--late", text),
                "Cannot use option --late: not a percentage, expected for example 1% or 0.01 (0% to 100%), found "
                        + text);
    }

    @Test
    void a_share_prints_as_a_percentage() {
        assertThat(Percent.of(1)).hasToString("1%");
        assertThat(Percent.parse("--late", "0.025")).hasToString("2.5%");
        assertThat(Percent.of(100)).hasToString("100%");
        assertThat(Percent.ZERO).hasToString("0%");
    }

    @Test
    void a_schema_mix_gives_weights() {
        assertThat(SchemaMix.parse("v1:80,v2:20")).isEqualTo(new SchemaMix(80, 20));
        assertThat(SchemaMix.parse("v2:1")).isEqualTo(new SchemaMix(0, 1));
        assertThat(SchemaMix.parse(" v2:1 , v1:3 ").shareOfV2()).isEqualTo(0.25);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1", "v3:10", "v1:0", "v1:-1", "v1:80;v2:20", "v1:99999999999"})
    void anything_else_is_refused_as_a_schema_mix(String text) {
        refused(() -> SchemaMix.parse(text), "Cannot use option --schema-mix: not a mix of v1 and v2");
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
                .hasMessageContaining(message);
    }
}
