package dev.sluice.embedded.connect;

import java.sql.SQLException;

/** What happens to the shop's customers in the test: every kind of change a table can see. */
final class ChangingCustomers {
    private final ShopDatabase shop;

    ChangingCustomers(ShopDatabase shop) {
        this.shop = shop;
    }

    /** Rows from before the connector was there. */
    void beforeTheConnector() throws SQLException {
        insert(1, 200);
    }

    void insertsUpdatesAndDeletes() throws SQLException {
        insert(201, 300);
        shop.run("UPDATE customers SET segment = 'BUSINESS' WHERE customer_id % 3 = 0");
        shop.run("UPDATE customers SET email = NULL WHERE customer_id % 5 = 0");
        shop.run("DELETE FROM customers WHERE customer_id % 7 = 0");
        shop.run("INSERT INTO customers (customer_id, name, segment, country)"
                + " VALUES (7, 'Back again – Ünïcode ''quoted''', 'CONSUMER', 'IS')");
    }

    void aColumnIsAdded() throws SQLException {
        shop.run("ALTER TABLE customers ADD COLUMN loyalty_tier text");
        shop.run("UPDATE customers SET loyalty_tier = 'GOLD' WHERE customer_id % 4 = 0");
        insert(301, 320);
        shop.run("DELETE FROM customers WHERE customer_id = 301");
    }

    /** A burst large enough that a kill right after it comes in the middle of it. */
    void aBurst() throws SQLException {
        for (int round = 0; round < 20; round++) {
            shop.run("UPDATE customers SET name = 'Round %d of ' || customer_id".formatted(round));
        }
    }

    void whileConnectIsDown() throws SQLException {
        shop.run("UPDATE customers SET loyalty_tier = 'SILVER' WHERE customer_id % 6 = 0");
        shop.run("DELETE FROM customers WHERE customer_id % 11 = 0");
        insert(401, 420);
    }

    void afterTheRestart() throws SQLException {
        shop.run("UPDATE customers SET country = 'PT' WHERE customer_id % 13 = 0");
        shop.run("DELETE FROM customers WHERE customer_id = 405");
    }

    private void insert(int from, int to) throws SQLException {
        shop.run(("INSERT INTO customers (customer_id, name, email, segment, country)"
                        + " SELECT n, 'Customer ' || n, 'customer' || n || '@example.com', 'CONSUMER', 'NL'"
                        + " FROM generate_series(%d, %d) AS n")
                .formatted(from, to));
    }
}
