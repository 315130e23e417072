-- As silver.customers: one row per change, and the merge keeps the one that is last in Postgres' log.
SELECT
    CAST(o.order_id AS varchar) AS order_id,
    CAST(o.customer_id AS bigint) AS customer_id,
    CAST(o.status AS varchar) AS status,
    CAST(o.order_version AS integer) AS order_version,
    CAST(o.amount_cents AS bigint) AS amount_cents,
    CAST(o.currency AS varchar) AS currency,
    CAST(o.country AS varchar) AS country,
    CAST(o.coupon AS varchar) AS coupon,
    TRY_CAST(replace(replace(o.updated_at, 'T', ' '), 'Z', ' UTC') AS timestamp with time zone) AS updated_at,
    CAST(coalesce(o.__deleted, 'false') = 'true' AS boolean) AS is_deleted,
    CAST(o.__lsn AS bigint) AS lsn
FROM {{ ref('bronze.shop_orders') }} AS o
-- The tombstone that follows a deletion says nothing more.
WHERE o.order_id IS NOT NULL
