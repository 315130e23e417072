package dev.sluice.schemas.orders;

import org.apache.avro.Schema;

/** The versions of {@code dev.sluice.customers.Customer}, the second source beside the orders. */
public final class CustomerSchemas {
    /** Where the registry keeps them: the value schema of the topic {@code customers}. */
    public static final String SUBJECT = "customers-value";

    private static final Schema V1 = BundledSchema.read("/avro/customer-v1.avsc");

    private CustomerSchemas() {}

    public static Schema v1() {
        return V1;
    }
}
