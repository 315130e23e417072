-- One row per event; the merge keeps the newest per order and folds the lifecycle times.
SELECT
    -- A tombstone has a key and no value: it deletes the order (delete_when).
    CAST(COALESCE(o.order_id, from_utf8(o._kafka_key)) AS varchar) AS order_id,
    CAST(o.customer_id AS bigint) AS customer_id,
    CAST(o.event_type AS varchar) AS status,
    CAST(o.order_version AS integer) AS order_version,
    CAST(CASE WHEN o.event_type <> 'REFUNDED' THEN o.amount_cents END AS bigint) AS amount_cents,
    CAST(CASE WHEN o.event_type = 'REFUNDED' THEN o.amount_cents ELSE 0 END AS bigint) AS refund_cents,
    CAST(o.currency AS varchar) AS currency,
    CAST(o.country AS varchar) AS country,
    CAST(o.channel AS varchar) AS channel,
    CAST(cardinality(o.items) AS bigint) AS item_count,
    CAST(o.event_id AS varchar) AS event_id,
    CAST(o.event_time AS timestamp with time zone) AS updated_at,
    CAST(CASE WHEN o.event_type = 'PLACED' THEN o.event_time END AS timestamp with time zone) AS placed_at,
    CAST(CASE WHEN o.event_type = 'PAID' THEN o.event_time END AS timestamp with time zone) AS paid_at,
    CAST(CASE WHEN o.event_type = 'SHIPPED' THEN o.event_time END AS timestamp with time zone) AS shipped_at,
    CAST(CASE WHEN o.event_type = 'DELIVERED' THEN o.event_time END AS timestamp with time zone) AS delivered_at,
    CAST(CASE WHEN o.event_type = 'CANCELLED' THEN o.event_time END AS timestamp with time zone) AS cancelled_at,
    CAST(CASE WHEN o.event_type = 'REFUNDED' THEN o.event_time END AS timestamp with time zone) AS refunded_at,
    CAST(o.event_time AS timestamp with time zone) AS first_event_at,
    CAST(o._schema_id IS NULL AS boolean) AS is_tombstone
FROM {{ ref('bronze.orders') }} AS o
-- A tombstone whose key is no text names no order.
WHERE COALESCE(o.order_id, from_utf8(o._kafka_key)) IS NOT NULL
