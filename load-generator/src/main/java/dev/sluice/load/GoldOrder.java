package dev.sluice.load;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** The measures of one order in {@code gold.fct_orders}, computed from its silver row. */
record GoldOrder(
        OrderFold silver,
        LocalDate orderDate,
        long grossCents,
        long netCents,
        @Nullable Long hoursToShip) {
    private static final long MICROS_PER_HOUR = 3_600_000_000L;
    private static final long MICROS_PER_DAY = 24 * MICROS_PER_HOUR;

    static GoldOrder of(OrderFold silver) {
        Long placedAt = silver.firstOf(EventType.PLACED);
        Long paidAt = silver.firstOf(EventType.PAID);
        Long shippedAt = silver.firstOf(EventType.SHIPPED);
        long dated = placedAt == null ? silver.firstEventAt() : placedAt;
        Long amountCents = silver.amountCents();
        long grossCents = paidAt == null || amountCents == null ? 0 : amountCents;
        return new GoldOrder(
                silver,
                LocalDate.ofEpochDay(Math.floorDiv(dated, MICROS_PER_DAY)),
                grossCents,
                grossCents - silver.refundCents(),
                paidAt == null || shippedAt == null ? null : Math.floorDiv(shippedAt - paidAt, MICROS_PER_HOUR));
    }

    boolean paid() {
        return silver.firstOf(EventType.PAID) != null;
    }
}
