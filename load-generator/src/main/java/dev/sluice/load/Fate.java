package dev.sluice.load;

/** How a valid event is delivered. */
enum Fate {
    ON_TIME,
    OUT_OF_ORDER,
    LATE
}
