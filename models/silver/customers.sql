-- One row per change of a customer; the merge keeps the newest. The e-mail address is the keyed hash that landing made of
-- it: equal addresses have equal hashes, in orders too.
SELECT
    CAST(c.customer_id AS bigint) AS customer_id,
    CAST(c.email AS varchar) AS email_hash,
    CAST(c.segment AS varchar) AS segment,
    CAST(c.country AS varchar) AS country,
    CAST(c.updated_at AS timestamp with time zone) AS updated_at
FROM {{ ref('bronze.customers') }} AS c
-- A tombstone has a key and no value; it has no columns to read.
WHERE c.customer_id IS NOT NULL
  AND c._schema_id IS NOT NULL
