package dev.sluice.load;

import org.jspecify.annotations.Nullable;

/**
 * One record of the topic before encoding.
 *
 * @param malformed how it is broken, null unless {@code kind} is MALFORMED
 * @param number counts the records of the load from 0
 * @param event the event it carries; for a tombstone or a malformed record the event it was made from
 * @param key the order id as text
 * @param timestampMillis when it was sent, by the clock of the events
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy per record would cost a third of the speed
record Delivery(
        RecordKind kind,
        @Nullable MalformedKind malformed,
        long number,
        OrderEvent event,
        byte[] key,
        int partition,
        long timestampMillis) {}
