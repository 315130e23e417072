package dev.sluice.sink.model;

import org.jspecify.annotations.Nullable;

class PartitionedMergeV3Test implements MergeContract {
    @Override
    public int formatVersion() {
        return 3;
    }

    @Override
    public @Nullable String partitionBy(String model) {
        return switch (model) {
            case "orders" -> "[country, \"bucket(order_id, 3)\"]";
            case "fct_orders" -> "[order_date, \"truncate(country, 1)\", \"hour(updated_at)\"]";
            case "revenue_daily" -> "month(order_date)";
            default -> null;
        };
    }
}
