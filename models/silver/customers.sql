-- One row per change of a customer; the merge keeps the newest. The e-mail address is the keyed hash that landing made of
-- it: equal addresses have equal hashes, in orders too.
SELECT
    -- A tombstone has a key and no value: it deletes the customer (delete_when).
    CAST(COALESCE(c.customer_id, TRY_CAST(from_utf8(c._kafka_key) AS bigint)) AS bigint) AS customer_id,
    CAST(c.email AS varchar) AS email_hash,
    CAST(c.segment AS varchar) AS segment,
    CAST(c.country AS varchar) AS country,
    CAST(c.updated_at AS timestamp with time zone) AS updated_at,
    CAST(c._schema_id IS NULL AS boolean) AS is_tombstone
FROM {{ ref('bronze.customers') }} AS c
-- A tombstone whose key is no number names no customer.
WHERE COALESCE(c.customer_id, TRY_CAST(from_utf8(c._kafka_key) AS bigint)) IS NOT NULL
