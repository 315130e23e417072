-- The address is reduced to its domain. It is not hashed here: SQL has no secret key, and without one the hash of an
-- address is found by hashing all addresses.
SELECT
    CAST(o.order_id AS varchar) AS order_id,
    CAST(o.customer_id AS bigint) AS customer_id,
    CAST(o.event_type AS varchar) AS status,
    CAST(o.order_version AS integer) AS order_version,
    CAST(o.amount_cents AS bigint) AS amount_cents,
    CAST(o.customer_email IS NOT NULL AS boolean) AS has_email,
    -- Masked in schema.yml.
    CAST(o.customer_email AS varchar) AS email_domain,
    CAST(o.event_time AS timestamp with time zone) AS updated_at
FROM {{ ref('bronze.orders') }} AS o
WHERE o.order_id IS NOT NULL
  AND o._schema_id IS NOT NULL
