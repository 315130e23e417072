package dev.sluice.embedded.connect;

/** The orders of one customer segment in one currency. */
record SegmentOrders(String segment, String currency, long orders, long customers, long amountCents) {
    String key() {
        return segment + " " + currency;
    }
}
