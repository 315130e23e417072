package dev.sluice.load;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rows of {@code gold.revenue_daily}: the orders of a day and currency, added up. */
final class DailyRevenue {
    static final List<String> COLUMNS =
            List.of("order_date", "currency", "orders", "paid_orders", "gross_cents", "refund_cents", "net_cents");

    private long orders;
    private long paidOrders;
    private long grossCents;
    private long refundCents;
    private long netCents;

    private record Key(LocalDate date, String currency) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::date).thenComparing(Key::currency);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    private DailyRevenue() {}

    static Stream<@Nullable Object[]> of(Stream<GoldOrder> orders) {
        Map<Key, DailyRevenue> days = new TreeMap<>();
        orders.forEach(order -> days.computeIfAbsent(
                        new Key(order.orderDate(), order.silver().currency()), key -> new DailyRevenue())
                .add(order));
        return days.entrySet().stream().map(day -> day.getValue().row(day.getKey()));
    }

    private void add(GoldOrder order) {
        orders++;
        paidOrders += order.paid() ? 1 : 0;
        grossCents += order.grossCents();
        refundCents += order.silver().refundCents();
        netCents += order.netCents();
    }

    private @Nullable Object[] row(Key key) {
        return new @Nullable Object[] {key.date(), key.currency(), orders, paidOrders, grossCents, refundCents, netCents
        };
    }
}
