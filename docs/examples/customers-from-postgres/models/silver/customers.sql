-- One row per change; the merge keeps the one that is last in Postgres' log. A deleted customer stays as a row that says
-- so, because a key may come back: delete_when would keep it away for good.
SELECT
    CAST(c.customer_id AS bigint) AS customer_id,
    CAST(c.name AS varchar) AS name,
    CAST(c.email AS varchar) AS email,
    CAST(c.segment AS varchar) AS segment,
    CAST(c.country AS varchar) AS country,
    CAST(c.loyalty_tier AS varchar) AS loyalty_tier,
    TRY_CAST(replace(replace(c.updated_at, 'T', ' '), 'Z', ' UTC') AS timestamp with time zone) AS updated_at,
    CAST(coalesce(c.__deleted, 'false') = 'true' AS boolean) AS is_deleted,
    CAST(c.__lsn AS bigint) AS lsn
FROM {{ ref('bronze.shop_customers') }} AS c
-- The tombstone that follows a deletion says nothing more.
WHERE c.customer_id IS NOT NULL
