package dev.sluice.app.fault;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TablePoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannedFaultsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "AFTER_ANNOUNCE",
                "AFTER_ANNOUNCE:3",
                "COMMITTED@silver.orders:2:stop",
                "AFTER_OFFSETS:1:halt,MODEL_DONE@gold.fct_orders"
            })
    void a_point_a_table_a_pass_and_an_action_can_be_named(String text) {
        assertThatCode(() -> PlannedFaults.parse(text)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOWHERE", "AFTER_ANNOUNCE:x", "AFTER_ANNOUNCE:1:explode", "AFTER_ANNOUNCE,", "@orders"})
    void anything_else_is_refused_with_the_points_there_are(String text) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> PlannedFaults.parse(text))
                .withMessageContaining("AFTER_ANNOUNCE")
                .withMessageContaining("INDEX_FOLLOWING")
                .satisfies(failure -> org.assertj.core.api.Assertions.assertThat(failure.code())
                        .isEqualTo(ErrorCode.CONFIG_INVALID));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bronze.orders", "orders", "silver.orders_2"})
    void another_table_passes_unharmed(String table) {
        PlannedFaults faults = PlannedFaults.parse("COMMITTED@silver.orders");
        assertThatCode(() -> faults.pass(TablePoint.COMMITTED, table)).doesNotThrowAnyException();
    }

    @Test
    void without_a_property_nothing_happens() {
        assertThatCode(() -> {
                    Faults.fromSystemProperty().pass(FaultPoint.AFTER_ANNOUNCE);
                    Faults.fromSystemProperty().pass(TablePoint.COMMITTED, "any");
                })
                .doesNotThrowAnyException();
    }
}
