-- Orders and revenue per customer segment and currency; UNKNOWN while a customer has not been heard of.
SELECT
    CAST(COALESCE(c.segment, 'UNKNOWN') AS varchar) AS segment,
    CAST(f.currency AS varchar) AS currency,
    CAST(count(*) AS bigint) AS orders,
    CAST(count(DISTINCT f.customer_id) AS bigint) AS customers,
    CAST(sum(f.gross_cents) AS bigint) AS gross_cents,
    CAST(sum(f.refund_cents) AS bigint) AS refund_cents,
    CAST(sum(f.net_cents) AS bigint) AS net_cents
FROM {{ ref('gold.fct_orders') }} AS f
LEFT JOIN {{ ref('silver.customers') }} AS c ON c.customer_id = f.customer_id
WHERE f.currency IS NOT NULL
GROUP BY COALESCE(c.segment, 'UNKNOWN'), f.currency
