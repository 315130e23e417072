-- Per currency, the days add up to the orders. It reads both tables as a whole, so it is run on request:
-- ./sluice model test --select revenue_daily
{{ config(severity='error', run='on_request') }}
SELECT f.currency
FROM (
    SELECT o.currency, sum(o.net_cents) AS net_cents, count(*) AS orders
    FROM {{ ref('gold.fct_orders') }} AS o
    WHERE o.order_date IS NOT NULL AND o.currency IS NOT NULL
    GROUP BY o.currency
) AS f
FULL JOIN (
    SELECT r.currency, sum(r.net_cents) AS net_cents, sum(r.orders) AS orders
    FROM {{ ref('gold.revenue_daily') }} AS r
    GROUP BY r.currency
) AS d ON d.currency = f.currency
WHERE f.net_cents IS DISTINCT FROM d.net_cents OR f.orders IS DISTINCT FROM d.orders
