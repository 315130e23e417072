package dev.sluice.load;

/** The steps of an order's life. */
enum EventType {
    PLACED(0),
    PAID(1),
    SHIPPED(2),
    DELIVERED(3),
    CANCELLED(4),
    REFUNDED(5);

    private final int symbol;

    EventType(int symbol) {
        this.symbol = symbol;
    }

    /** The place of its symbol in the Avro enum. */
    int symbol() {
        return symbol;
    }
}
