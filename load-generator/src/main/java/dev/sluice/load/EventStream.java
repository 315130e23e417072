package dev.sluice.load;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Every record of a load in the order of production, before encoding. The valid events come from {@link Dispatch};
 * duplicates, malformed records and tombstones are strewn between them, each in its exact number.
 */
final class EventStream implements Iterator<Delivery> {
    /** How many valid records back a duplicate may repeat. */
    private static final int MEMORY = 1_024;

    private final Dispatch dispatch;
    private final Dice dice;
    private final OrderPartitions partitions;
    private final OrderEvent[] recent = new OrderEvent[MEMORY];
    private long validLeft;
    private long duplicatesLeft;
    private long malformedLeft;
    private long tombstonesLeft;
    private long delivered;
    private long malformedMade;
    private long number;

    EventStream(LoadSpec spec) {
        OrderBook book = new OrderBook(spec);
        this.dispatch = new Dispatch(spec, book);
        this.dice = Dice.of(book.salt(), -2, -2);
        this.partitions = new OrderPartitions(spec.partitions());
        this.validLeft = spec.validEvents();
        this.duplicatesLeft = spec.duplicates();
        this.malformedLeft = spec.malformed();
        this.tombstonesLeft = spec.tombstones();
    }

    @Override
    public boolean hasNext() {
        return left() > 0;
    }

    private long left() {
        return validLeft + duplicatesLeft + malformedLeft + tombstonesLeft;
    }

    @Override
    public Delivery next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The load has no more records");
        }
        // The first record is an event: everything else is made from one.
        long place = delivered == 0 ? 0 : dice.between(0, left());
        if (place < validLeft) {
            return valid();
        }
        if (place < validLeft + duplicatesLeft) {
            duplicatesLeft--;
            return delivery(RecordKind.DUPLICATE, null, recentEvent());
        }
        if (place < validLeft + duplicatesLeft + malformedLeft) {
            malformedLeft--;
            return delivery(RecordKind.MALFORMED, MalformedKind.inTurn(malformedMade++), recentEvent());
        }
        tombstonesLeft--;
        return delivery(RecordKind.TOMBSTONE, null, recentEvent());
    }

    private Delivery valid() {
        Happening happening = dispatch.next();
        validLeft--;
        recent[(int) (delivered++ % MEMORY)] = happening.event();
        RecordKind kind = switch (happening.fate()) {
            case ON_TIME -> RecordKind.ON_TIME;
            case OUT_OF_ORDER -> RecordKind.OUT_OF_ORDER;
            case LATE -> RecordKind.LATE;
        };
        return delivery(kind, null, happening.event());
    }

    private OrderEvent recentEvent() {
        return recent[dice.below((int) Math.min(delivered, MEMORY))];
    }

    private Delivery delivery(RecordKind kind, @Nullable MalformedKind malformed, OrderEvent event) {
        byte[] key = event.orderId().toString().getBytes(StandardCharsets.ISO_8859_1);
        return new Delivery(
                kind,
                malformed,
                number++,
                event,
                key,
                partitions.of(key),
                Math.floorDiv(dispatch.arrivalMicros(), 1_000));
    }
}
