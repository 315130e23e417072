package dev.sluice.embedded.demo;

import dev.sluice.app.cli.TextTable;
import dev.sluice.sink.query.QueryEngine;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last day of the daily revenue, read from the table, as people read money. */
record RevenueTable(List<List<@Nullable Object>> rows) {
    private static final String LAST_DAY = """
            SELECT order_date, currency, orders, paid_orders, gross_cents, refund_cents, net_cents
            FROM gold.revenue_daily WHERE order_date = (SELECT max(order_date) FROM gold.revenue_daily)
            ORDER BY currency""";
    private static final int FIRST_AMOUNT = 4;

    static RevenueTable read(QueryEngine query) {
        return new RevenueTable(query.query(LAST_DAY).rows());
    }

    TextTable lastDay() {
        TextTable table = TextTable.of("day", "currency", "orders", "paid", "gross", "refunds", "net");
        for (List<@Nullable Object> row : rows) {
            @Nullable Object[] cells = row.toArray();
            for (int i = FIRST_AMOUNT; i < cells.length; i++) {
                cells[i] = units(cells[i]);
            }
            table.row(cells);
        }
        return table;
    }

    private static @Nullable Object units(@Nullable Object cents) {
        return cents instanceof Number hundredths ? BigDecimal.valueOf(hundredths.longValue(), 2) : null;
    }
}
