package dev.sluice.embedded.connect;

import java.sql.SQLException;

/** What happens to the shop's orders beside {@link ChangingCustomers}; only customers who stay have any. */
final class ChangingOrders {
    private final ShopDatabase shop;

    ChangingOrders(ShopDatabase shop) {
        this.shop = shop;
    }

    /** Rows from before the connector was there. */
    void beforeTheConnector() throws SQLException {
        insert(1, 150, "EUR");
    }

    void insertsUpdatesAndDeletes() throws SQLException {
        insert(151, 250, "USD");
        shop.run("UPDATE orders SET status = 'PAID', order_version = 2, amount_cents = amount_cents + 1"
                + " WHERE order_seq % 3 = 0");
        shop.run("UPDATE orders SET currency = 'GBP' WHERE order_seq % 10 = 0");
        shop.run("DELETE FROM orders WHERE order_seq % 7 = 0");
        insert(7, 7, "EUR");
    }

    void aColumnIsAdded() throws SQLException {
        shop.run("ALTER TABLE orders ADD COLUMN coupon text");
        shop.run("UPDATE orders SET coupon = 'SPRING' WHERE order_seq % 4 = 0");
    }

    void aBurst() throws SQLException {
        for (int round = 0; round < 5; round++) {
            shop.run("UPDATE orders SET order_version = order_version + 1, amount_cents = amount_cents + 10");
        }
    }

    void whileConnectIsDown() throws SQLException {
        shop.run("UPDATE orders SET status = 'SHIPPED', order_version = order_version + 1 WHERE order_seq % 2 = 0");
        shop.run("DELETE FROM orders WHERE order_seq % 11 = 0");
        insert(301, 330, "EUR");
    }

    void afterTheRestart() throws SQLException {
        shop.run("UPDATE orders SET coupon = NULL, amount_cents = 0 WHERE order_seq % 13 = 0");
        shop.run("DELETE FROM orders WHERE order_seq = 302");
    }

    /** The id of order n is always the same, so that a deleted one can come back. */
    private void insert(int from, int to, String currency) throws SQLException {
        shop.run(("INSERT INTO orders"
                        + " (order_id, customer_id, status, order_version, amount_cents, currency, country)"
                        + " SELECT md5(n::text)::uuid, kept[1 + n %% cardinality(kept)], 'PLACED', 1, n * 101, '%s', 'NL'"
                        + " FROM generate_series(%d, %d) AS n, (SELECT array_agg(id ORDER BY id) AS kept"
                        + " FROM generate_series(1, 200) AS id WHERE id %% 7 <> 0 AND id %% 11 <> 0) AS customers")
                .formatted(currency, from, to));
    }
}
