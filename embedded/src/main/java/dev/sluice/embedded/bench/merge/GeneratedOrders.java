package dev.sluice.embedded.bench.merge;

/**
 * SQL that makes up order events. Orders are numbered from 0; the same numbers always make the same event, so a batch
 * can repeat one. Ids are spread at random, as a hash of the number: no file or row group can be skipped for its key.
 */
final class GeneratedOrders {
    /** Rows of a batch. */
    static final long BATCH = 100_000;

    private static final long REPEATED = BATCH * 5 / 100;
    private static final long OLDER = BATCH * 2 / 100;
    private static final long NEW = (BATCH - REPEATED - OLDER) / 2;

    private GeneratedOrders() {}

    /** New orders of a batch. */
    static long newOrders() {
        return NEW;
    }

    /** The first events of orders. */
    static String placed(long from, long to) {
        return event("SELECT i AS n, 1 AS version, 0 AS late, i AS o FROM range(%d, %d) r(i)".formatted(from, to));
    }

    /**
     * Half new orders, half updates of random ones; 5% of the rows are there twice, 2% are older than what the table
     * has, of which each still moves the order's first event.
     *
     * @param number of the batch, from 1
     * @param known orders before it
     */
    static String batch(int number, long known) {
        String random = "CAST(hash(i, %d) %% %d AS BIGINT)".formatted(number, known);
        String fresh =
                "SELECT %1$d + i AS n, 1 AS version, 0 AS late, i AS o FROM range(%2$d) r(i)".formatted(known, NEW);
        String updates = "SELECT %s AS n, %d AS version, 0 AS late, %d + i AS o FROM range(%d, %d) r(i)"
                .formatted(random, number + 1, NEW, NEW, 2 * NEW);
        String older = "SELECT %s AS n, 1 AS version, 1 AS late, %d + i AS o FROM range(%d, %d) r(i)"
                .formatted(random, number, 2 * NEW, 2 * NEW + OLDER);
        String all = "%s UNION ALL %s UNION ALL %s".formatted(fresh, updates, older);
        String repeated = "SELECT n, version, late, o + 1 AS o FROM (%s) WHERE hash(n, version, 7) %% %d < %d"
                .formatted(all, BATCH - REPEATED, REPEATED);
        return event("SELECT * FROM (%s UNION ALL %s)".formatted(all, repeated));
    }

    private static String event(String numbers) {
        return """
                SELECT
                  CAST(CAST(md5(concat('event', n, '/', version, '/', late)) AS UUID) AS VARCHAR) AS event_id,
                  CAST(CAST(md5(concat('order', n)) AS UUID) AS VARCHAR) AS order_id,
                  CAST(hash(n, 1) %% 200000 AS BIGINT) AS customer_id,
                  CASE version WHEN 1 THEN 'PLACED' WHEN 2 THEN 'PAID' WHEN 3 THEN 'SHIPPED' ELSE 'DELIVERED' END AS event_type,
                  CAST(version AS INTEGER) AS order_version,
                  CAST(100 + hash(n, 2) %% 50000 AS BIGINT) AS amount_cents,
                  CASE hash(n, 3) %% 3 WHEN 0 THEN 'EUR' WHEN 1 THEN 'USD' ELSE 'GBP' END AS currency,
                  CASE hash(n, 3) %% 3 WHEN 0 THEN 'DE' WHEN 1 THEN 'US' ELSE 'GB' END AS country,
                  md5(concat('mail', hash(n, 1) %% 200000)) AS customer_email,
                  TIMESTAMPTZ '2026-03-01 00:00:00+00' + to_microseconds(CAST(
                    (n %% 2500000) * 1000000 + version * 3600000000 - late * 600000000 + hash(n, 4) %% 1000000 AS BIGINT)) AS event_time,
                  CASE hash(n, 5) %% 2
                    WHEN 0 THEN [{'sku': 'MUG-1', 'quantity': 1, 'unit_price_cents': 900::BIGINT}]
                    ELSE [{'sku': 'MUG-1', 'quantity': 2, 'unit_price_cents': 900::BIGINT}, {'sku': 'PEN-7', 'quantity': 3, 'unit_price_cents': 150::BIGINT}]
                  END AS items,
                  CASE hash(n, 6) %% 3 WHEN 0 THEN 'WEB' WHEN 1 THEN 'APP' ELSE 'STORE' END AS channel,
                  'orders' AS _kafka_topic,
                  CAST(n %% 4 AS INTEGER) AS _kafka_partition,
                  CAST(o AS BIGINT) AS _kafka_offset,
                  TIMESTAMPTZ '2026-03-01 00:00:00+00' AS _kafka_timestamp,
                  encode(CAST(CAST(md5(concat('order', n)) AS UUID) AS VARCHAR)) AS _kafka_key,
                  CAST(2 AS INTEGER) AS _schema_id,
                  CAST(NULL AS BLOB) AS _payload,
                  TIMESTAMPTZ '2026-03-01 00:00:00+00' AS _ingested_at
                FROM (%s)""".formatted(numbers);
    }
}
