package dev.sluice.load;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What the tables must hold once a load has gone through: the judge. Folded from what the shop meant, before any
 * encoding, by code that shares nothing with the tables' own. Holds about 300 bytes per order.
 */
public final class ExpectedTables {
    private final List<LoadSpec> loads;
    private final RecordTally tally = new RecordTally();
    private final Map<UUID, OrderFold> orders = new HashMap<>();
    /** Orders with a tombstone: wherever it stood among their events, they are gone for good. */
    private final Set<UUID> deleted = new HashSet<>();

    private ExpectedTables(List<LoadSpec> loads) {
        this.loads = loads;
        loads.forEach(load -> tally.atLeast(load.partitions()));
    }

    /**
     * The tables after these loads, produced to one topic one after the other. The same load twice doubles the counts
     * of bronze and changes nothing in silver and gold.
     */
    public static ExpectedTables of(LoadSpec... loads) {
        ExpectedTables tables = new ExpectedTables(List.copyOf(Arrays.asList(loads)));
        for (LoadSpec load : loads) {
            new EventStream(load).forEachRemaining(tables::add);
        }
        return tables;
    }

    /** The tables after these deliveries alone. */
    static ExpectedTables of(LoadSpec load, Iterable<Delivery> deliveries) {
        ExpectedTables tables = new ExpectedTables(List.of(load));
        deliveries.forEach(tables::add);
        return tables;
    }

    private void add(Delivery delivery) {
        tally.add(delivery.partition(), delivery.kind(), delivery.malformed());
        UUID order = delivery.event().orderId();
        if (delivery.kind() == RecordKind.TOMBSTONE) {
            deleted.add(order);
            orders.remove(order);
        } else if (delivery.kind().valid() && !deleted.contains(order)) {
            orders.computeIfAbsent(order, OrderFold::new).add(delivery.event());
        }
    }

    /** The loads that were folded. */
    public List<LoadSpec> loads() {
        return loads;
    }

    /** Counts by partition, from partition 0. */
    public List<PartitionCount> partitions() {
        return tally.partitions();
    }

    /** Rejected records of all partitions by the code of their reason, those without any left out. */
    public Map<String, Long> deadLettersByReason() {
        Map<String, Long> totals = new TreeMap<>();
        for (PartitionCount count : partitions()) {
            tally.reasons(count.partition()).forEach((reason, records) -> totals.merge(reason, records, Long::sum));
        }
        return totals;
    }

    Map<RecordKind, Long> kinds() {
        return tally.kinds();
    }

    /** Distinct orders that a tombstone deleted: the rows of {@code silver.orders__deleted}. */
    public int deletedCount() {
        return deleted.size();
    }

    /** Distinct orders without a tombstone: the rows of {@code silver.orders} and of {@code gold.fct_orders}. */
    public int orderCount() {
        return orders.size();
    }

    /** One row per partition: its records, and what must become of them. */
    public ExpectedTable bronzePartitions() {
        return new ExpectedTable(
                "bronze_partitions",
                List.of("partition", "records", "rows", "tombstones", "dead_letters"),
                () -> partitions().stream().map(count -> new Object[] {
                    count.partition(), count.records(), count.rows(), count.tombstones(), count.deadLetters()
                }));
    }

    /** One row per partition and reason that has rejected records. */
    public ExpectedTable deadLetters() {
        return new ExpectedTable(
                "dead_letters",
                List.of("partition", "reason", "records"),
                () -> partitions().stream()
                        .flatMap(count -> tally.reasons(count.partition()).entrySet().stream()
                                .map(entry -> new Object[] {count.partition(), entry.getKey(), entry.getValue()})));
    }

    public ExpectedTable silverOrders() {
        return new ExpectedTable(
                "silver.orders", SilverRows.COLUMNS, () -> byOrderId().map(SilverRows::row));
    }

    public ExpectedTable goldOrders() {
        return new ExpectedTable(
                "gold.fct_orders",
                GoldRows.COLUMNS,
                () -> byOrderId().map(GoldOrder::of).map(GoldRows::row));
    }

    public ExpectedTable goldRevenueDaily() {
        return new ExpectedTable(
                "gold.revenue_daily",
                DailyRevenue.COLUMNS,
                () -> DailyRevenue.of(folds().stream().map(GoldOrder::of)));
    }

    /** The five tables. */
    public List<ExpectedTable> tables() {
        return List.of(bronzePartitions(), deadLetters(), silverOrders(), goldOrders(), goldRevenueDaily());
    }

    /**
     * Writes every table as {@code <name>.csv} (RFC 4180 with a header, null as nothing), and {@code summary.json}.
     *
     * @throws dev.sluice.error.SluiceException {@code USAGE} when the folder cannot be written
     */
    public void writeTo(Path folder) {
        new ExpectedFiles(folder).write(this);
    }

    private Collection<OrderFold> folds() {
        return orders.values();
    }

    /** By the order id's text, which is its bits without sign. */
    private Stream<OrderFold> byOrderId() {
        Comparator<OrderFold> byHigh = (a, b) -> Long.compareUnsigned(
                a.orderId().getMostSignificantBits(), b.orderId().getMostSignificantBits());
        Comparator<OrderFold> byLow = (a, b) -> Long.compareUnsigned(
                a.orderId().getLeastSignificantBits(), b.orderId().getLeastSignificantBits());
        return folds().stream().sorted(byHigh.thenComparing(byLow));
    }
}
