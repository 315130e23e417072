package dev.sluice.load;

/** The steps of an order's life, in the order of the Avro enum's symbols. */
enum EventType {
    PLACED,
    PAID,
    SHIPPED,
    DELIVERED,
    CANCELLED,
    REFUNDED
}
