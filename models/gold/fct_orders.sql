-- One row per order, with its lifecycle and its revenue.
SELECT
    CAST(o.order_id AS varchar) AS order_id,
    CAST(o.customer_id AS bigint) AS customer_id,
    CAST(o.country AS varchar) AS country,
    CAST(o.currency AS varchar) AS currency,
    CAST(o.channel AS varchar) AS channel,
    CAST(o.status AS varchar) AS status,
    CAST(COALESCE(o.placed_at, o.first_event_at) AT TIME ZONE 'UTC' AS date) AS order_date,
    CAST(o.placed_at AS timestamp with time zone) AS placed_at,
    CAST(o.paid_at AS timestamp with time zone) AS paid_at,
    CAST(o.shipped_at AS timestamp with time zone) AS shipped_at,
    CAST(o.delivered_at AS timestamp with time zone) AS delivered_at,
    CAST(o.cancelled_at AS timestamp with time zone) AS cancelled_at,
    CAST(o.refunded_at AS timestamp with time zone) AS refunded_at,
    CAST(o.item_count AS bigint) AS item_count,
    CAST(CASE WHEN o.paid_at IS NOT NULL THEN COALESCE(o.amount_cents, 0) ELSE 0 END AS bigint) AS gross_cents,
    CAST(COALESCE(o.refund_cents, 0) AS bigint) AS refund_cents,
    CAST(CASE WHEN o.paid_at IS NOT NULL THEN COALESCE(o.amount_cents, 0) ELSE 0 END
        - COALESCE(o.refund_cents, 0) AS bigint) AS net_cents,
    CAST(extract(DAY FROM (o.shipped_at - o.paid_at)) * 24 + extract(HOUR FROM (o.shipped_at - o.paid_at)) AS bigint)
        AS hours_to_ship,
    CAST(o.order_version AS integer) AS order_version,
    CAST(o.updated_at AS timestamp with time zone) AS updated_at
FROM {{ ref('silver.orders') }} AS o
