package dev.sluice.load;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;

/**
 * A load, completely: two equal specs yield the same records, byte for byte, on every machine.
 *
 * @param events all records of the topic: valid events, duplicates, malformed records and tombstones
 * @param orders distinct orders; fewer appear when there are not three valid events for each, see
 *     {@link #distinctOrders()}
 * @param rate records per second while producing, 0 for as fast as possible
 * @param seed chooses the orders and the faults
 * @param partitions of the topic; every record of an order is in the partition that Kafka's default partitioner picks
 */
public record LoadSpec(
        long events,
        int orders,
        long rate,
        long seed,
        Faults faults,
        SchemaMix schemaMix,
        int partitions,
        EventClock clock) {
    static final long MOST_EVENTS = 2_000_000_000L;
    private static final int FEWEST_EVENTS_PER_ORDER = 3;

    public LoadSpec {
        check("--events", events >= 1 && events <= MOST_EVENTS, "1 to " + MOST_EVENTS, events);
        check("--orders", orders >= 1, "1 or more", orders);
        check("--rate", rate >= 0, "0 (unlimited) or more events per second", rate);
        check("--partitions", partitions >= 1 && partitions <= 10_000, "1 to 10000", partitions);
    }

    private static void check(String option, boolean valid, String expected, long found) {
        if (!valid) {
            throw new SluiceException(
                    ErrorCode.USAGE, "Cannot use option " + option + ": expected " + expected + ", found " + found);
        }
    }

    /** 200,000 records of 40,000 orders in 4 partitions, seed 42, unlimited rate. */
    public static LoadSpec defaults() {
        return new LoadSpec(200_000, 40_000, 0, 42, Faults.defaults(), SchemaMix.defaults(), 4, EventClock.defaults());
    }

    /** Malformed records in the load, exactly. */
    public long malformed() {
        return faults.malformed().countOf(events);
    }

    /** Duplicates in the load, exactly. */
    public long duplicates() {
        return faults.duplicates().countOf(events);
    }

    /** Tombstones in the load, exactly. */
    public long tombstones() {
        return faults.tombstones().countOf(events);
    }

    /** Valid events in the load, each counted once, exactly; at least one. */
    public long validEvents() {
        return events - malformed() - duplicates() - tombstones();
    }

    /** Orders that appear with at least one valid event, exactly: the rows of {@code silver.orders}. */
    public int distinctOrders() {
        long enough = (validEvents() + FEWEST_EVENTS_PER_ORDER - 1) / FEWEST_EVENTS_PER_ORDER;
        return (int) Math.min(orders, enough);
    }

    public LoadSpec withEvents(long count) {
        return new LoadSpec(count, orders, rate, seed, faults, schemaMix, partitions, clock);
    }

    public LoadSpec withOrders(int count) {
        return new LoadSpec(events, count, rate, seed, faults, schemaMix, partitions, clock);
    }

    public LoadSpec withRate(long perSecond) {
        return new LoadSpec(events, orders, perSecond, seed, faults, schemaMix, partitions, clock);
    }

    public LoadSpec withSeed(long number) {
        return new LoadSpec(events, orders, rate, number, faults, schemaMix, partitions, clock);
    }

    public LoadSpec withFaults(Faults shares) {
        return new LoadSpec(events, orders, rate, seed, shares, schemaMix, partitions, clock);
    }

    public LoadSpec withSchemaMix(SchemaMix mix) {
        return new LoadSpec(events, orders, rate, seed, faults, mix, partitions, clock);
    }

    public LoadSpec withPartitions(int count) {
        return new LoadSpec(events, orders, rate, seed, faults, schemaMix, count, clock);
    }

    public LoadSpec withClock(EventClock eventClock) {
        return new LoadSpec(events, orders, rate, seed, faults, schemaMix, partitions, eventClock);
    }
}
