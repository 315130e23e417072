package dev.sluice.embedded.demo;

import dev.sluice.app.cli.TextTable;
import dev.sluice.load.ExpectedTable;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The daily revenue as people read money. Its rows are those that the proof found equal to the table's. */
final class RevenueTable {
    private final ExpectedTable expected;

    RevenueTable(ExpectedTable expected) {
        this.expected = expected;
    }

    TextTable lastDay() {
        TextTable table = TextTable.of("day", "currency", "orders", "paid", "gross", "refunds", "net");
        List<Map<String, @Nullable Object>> rows = expected.rows().toList();
        Object day = rows.isEmpty() ? null : rows.get(rows.size() - 1).get("order_date");
        rows.stream()
                .filter(row -> Objects.equals(row.get("order_date"), day))
                .forEach(row -> table.row(
                        row.get("order_date"),
                        row.get("currency"),
                        row.get("orders"),
                        row.get("paid_orders"),
                        units(row.get("gross_cents")),
                        units(row.get("refund_cents")),
                        units(row.get("net_cents"))));
        return table;
    }

    private static @Nullable BigDecimal units(@Nullable Object cents) {
        return cents instanceof Long hundredths ? BigDecimal.valueOf(hundredths, 2) : null;
    }
}
