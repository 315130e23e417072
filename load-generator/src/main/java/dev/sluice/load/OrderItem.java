package dev.sluice.load;

/** One line of an order. */
record OrderItem(String sku, int quantity, long unitPriceCents) {}
