package dev.sluice.embedded.demo;

import dev.sluice.load.CustomerSpec;
import dev.sluice.load.EventClock;
import dev.sluice.load.LoadSpec;
import dev.sluice.load.Skip;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** Loads of orders and customers: five years of them, and changes of a hundredth of the size. */
final class FiveYears {
    private static final Instant START = Instant.parse("2021-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2026-01-01T00:00:00Z");
    private static final EventClock ALL = new EventClock(START, Duration.between(START, END));
    private static final EventClock LAST_DAY = new EventClock(END.minus(Duration.ofDays(1)), Duration.ofDays(1));
    private static final int ORDERS_PER_CUSTOMER = 3;
    private static final int HUNDREDTH = 100;

    private final LoadSpec orders;

    /** @param orders how many there are, of which seed, and how messy */
    FiveYears(LoadSpec orders) {
        this.orders = orders.withClock(ALL);
    }

    LoadSpec orders() {
        return orders;
    }

    CustomerSpec customers() {
        return customers(orders);
    }

    /** More orders that were placed all over the years; the same number is the same load. */
    LoadSpec strewn(int number) {
        return hundredth(number);
    }

    /** More orders that were placed on the last day. */
    LoadSpec lastDay() {
        return hundredth(-1).withClock(LAST_DAY);
    }

    /** All but the first records of the last day. Brought before the whole, they make it late and a repetition. */
    Skip laterHalfOfLastDay() {
        LoadSpec day = lastDay();
        long[] first = new long[day.partitions()];
        Arrays.fill(first, day.events() / day.partitions() / 2);
        return Skip.of(day, first);
    }

    /** Customers who changed on the last day. */
    CustomerSpec lastDayOfCustomers() {
        return customers(lastDay());
    }

    private LoadSpec hundredth(int number) {
        return orders.withSeed(orders.seed() + 2 + number)
                .withEvents(Math.max(1, orders.events() / HUNDREDTH))
                .withOrders(Math.max(1, orders.orders() / HUNDREDTH));
    }

    private static CustomerSpec customers(LoadSpec of) {
        return new CustomerSpec(Math.max(1, of.orders() / ORDERS_PER_CUSTOMER), of.seed(), of.partitions(), of.clock());
    }
}
