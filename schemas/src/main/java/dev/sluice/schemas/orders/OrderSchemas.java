package dev.sluice.schemas.orders;

import org.apache.avro.Schema;

/**
 * The versions of {@code dev.sluice.orders.OrderEvent}. Version 2 adds the nullable field {@code channel} at the end,
 * so readers of either version read both. The Kafka key of an order event is its {@code order_id} as UTF-8 text.
 */
public final class OrderSchemas {
    /** Where the registry keeps them: the value schema of the topic {@code orders}. */
    public static final String SUBJECT = "orders-value";

    private static final Schema V1 = BundledSchema.read("/avro/order-v1.avsc");
    private static final Schema V2 = BundledSchema.read("/avro/order-v2.avsc");

    private OrderSchemas() {}

    public static Schema v1() {
        return V1;
    }

    public static Schema v2() {
        return V2;
    }
}
