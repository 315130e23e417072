-- Orders per customer segment and currency, of the rows that stand in Postgres. The two topics have no common order, so an
-- order may be here before its customer: UNKNOWN until then.
SELECT
    CAST(coalesce(c.segment, 'UNKNOWN') AS varchar) AS segment,
    CAST(o.currency AS varchar) AS currency,
    CAST(count(*) AS bigint) AS orders,
    CAST(count(DISTINCT o.customer_id) AS bigint) AS customers,
    CAST(sum(o.amount_cents) AS bigint) AS amount_cents
FROM {{ ref('silver.orders') }} AS o
LEFT JOIN {{ ref('silver.customers') }} AS c ON c.customer_id = o.customer_id AND NOT c.is_deleted
WHERE NOT o.is_deleted
GROUP BY coalesce(c.segment, 'UNKNOWN'), o.currency
