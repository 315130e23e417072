package dev.sluice.embedded.connect;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.TreeMap;

/** The shop's Postgres, with the tables of connect-config/sql. */
final class ShopDatabase implements AutoCloseable {
    private final EmbeddedPostgres postgres;
    private final Connection connection;

    private ShopDatabase(EmbeddedPostgres postgres, Connection connection) {
        this.postgres = postgres;
        this.connection = connection;
    }

    static ShopDatabase start() throws IOException, SQLException {
        EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("wal_level", "logical")
                .start();
        ShopDatabase shop =
                new ShopDatabase(postgres, postgres.getPostgresDatabase().getConnection());
        for (String file : new String[] {"01-source-tables.sql", "02-replication.sql", "03-dead-letters.sql"}) {
            shop.run(Files.readString(Checkout.path("connect-config/sql").resolve(file)));
        }
        return shop;
    }

    /** What the connector files ask for. */
    Map<String, String> environment() {
        return Map.of(
                "SLUICE_PG_HOST", "127.0.0.1",
                "SLUICE_PG_PORT", String.valueOf(postgres.getPort()),
                "SLUICE_PG_DATABASE", "postgres",
                "SLUICE_PG_USER", "postgres",
                "SLUICE_PG_PASSWORD", "postgres");
    }

    /** Runs one or more statements, each committed by itself. */
    void run(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Inserts one outbox row. */
    void publish(String aggregateType, String aggregateId, byte[] payload) throws SQLException {
        try (var statement = connection.prepareStatement(
                "INSERT INTO outbox (aggregate_type, aggregate_id, event_type, payload) VALUES (?, ?, 'PLACED', ?)")) {
            statement.setString(1, aggregateType);
            statement.setString(2, aggregateId);
            statement.setBytes(3, payload);
            statement.executeUpdate();
        }
    }

    /** The rows of customers by id, which every consumer of the topic must come to. */
    Map<Long, Customer> customers() throws SQLException {
        Map<Long, Customer> customers = new TreeMap<>();
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT * FROM customers")) {
            boolean tiers = hasColumn(row, "loyalty_tier");
            while (row.next()) {
                Customer customer = new Customer(
                        row.getLong("customer_id"),
                        row.getString("name"),
                        row.getString("email"),
                        row.getString("segment"),
                        row.getString("country"),
                        row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                        tiers ? row.getString("loyalty_tier") : null);
                customers.put(customer.id(), customer);
            }
        }
        return customers;
    }

    /** The rows of orders by id. */
    Map<String, ShopOrder> orders() throws SQLException {
        Map<String, ShopOrder> orders = new TreeMap<>();
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT * FROM orders")) {
            boolean coupons = hasColumn(row, "coupon");
            while (row.next()) {
                ShopOrder order = new ShopOrder(
                        row.getString("order_id"),
                        row.getLong("customer_id"),
                        row.getString("status"),
                        row.getInt("order_version"),
                        row.getLong("amount_cents"),
                        row.getString("currency"),
                        row.getString("country"),
                        row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                        coupons ? row.getString("coupon") : null);
                orders.put(order.id(), order);
            }
        }
        return orders;
    }

    /** What the mart must hold, by Postgres' own reckoning. */
    Map<String, SegmentOrders> segments() throws SQLException {
        Map<String, SegmentOrders> segments = new TreeMap<>();
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT segment, currency, count(*), count(DISTINCT customer_id), sum(amount_cents)"
                                + " FROM orders JOIN customers USING (customer_id) GROUP BY segment, currency")) {
            while (row.next()) {
                SegmentOrders segment = new SegmentOrders(
                        row.getString(1), row.getString(2), row.getLong(3), row.getLong(4), row.getLong(5));
                segments.put(segment.key(), segment);
            }
        }
        return segments;
    }

    /** The rows of a query as text, columns separated by a bar. */
    String text(String sql) throws SQLException {
        StringBuilder text = new StringBuilder();
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            int columns = row.getMetaData().getColumnCount();
            while (row.next()) {
                for (int column = 1; column <= columns; column++) {
                    text.append(row.getString(column)).append(column == columns ? "\n" : "|");
                }
            }
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException, SQLException {
        connection.close();
        postgres.close();
    }

    private static boolean hasColumn(ResultSet rows, String name) throws SQLException {
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
            if (rows.getMetaData().getColumnName(column).equals(name)) {
                return true;
            }
        }
        return false;
    }
}
