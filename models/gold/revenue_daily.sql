-- Orders and revenue per day and currency.
SELECT
    CAST(f.order_date AS date) AS order_date,
    CAST(f.currency AS varchar) AS currency,
    CAST(count(*) AS bigint) AS orders,
    CAST(count(f.paid_at) AS bigint) AS paid_orders,
    CAST(sum(f.gross_cents) AS bigint) AS gross_cents,
    CAST(sum(f.refund_cents) AS bigint) AS refund_cents,
    CAST(sum(f.net_cents) AS bigint) AS net_cents
FROM {{ ref('gold.fct_orders') }} AS f
WHERE f.order_date IS NOT NULL
  AND f.currency IS NOT NULL
GROUP BY f.order_date, f.currency
