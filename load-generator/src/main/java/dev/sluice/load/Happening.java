package dev.sluice.load;

/** A valid event at its place in event time, before its fate. */
record Happening(int order, OrderEvent event, Fate fate) {}
