package dev.sluice.load;

import java.util.Iterator;
import java.util.Objects;

/**
 * The records of a load, lazily and always the same ones in the same order. Remembers a few dozen bytes per order in
 * flight. Not safe for use by several threads.
 */
public final class LoadGenerator implements Iterator<LoadRecord> {
    private final Iterator<Delivery> deliveries;
    private final OrderEncoder encoder;
    private final MalformedEncoder malformedEncoder;

    /** Every record of the load. */
    public LoadGenerator(LoadSpec spec, SchemaIds ids) {
        this(spec, ids, Skip.nothing(spec));
    }

    /** The records of the load that are not skipped. */
    public LoadGenerator(LoadSpec spec, SchemaIds ids, Skip skip) {
        this.deliveries = skip.of(new EventStream(spec));
        this.encoder = new OrderEncoder(ids);
        this.malformedEncoder = new MalformedEncoder(encoder, ids, spec.seed());
    }

    @Override
    public boolean hasNext() {
        return deliveries.hasNext();
    }

    @Override
    public LoadRecord next() {
        Delivery delivery = deliveries.next();
        byte[] value = switch (delivery.kind()) {
            case ON_TIME, OUT_OF_ORDER, LATE, DUPLICATE -> encoder.encode(delivery.event());
            case TOMBSTONE -> null;
            case MALFORMED ->
                malformedEncoder.encode(
                        Objects.requireNonNull(delivery.malformed()), delivery.event(), delivery.number());
        };
        return new LoadRecord(
                delivery.kind(),
                delivery.malformed(),
                delivery.partition(),
                delivery.key(),
                value,
                delivery.timestampMillis());
    }
}
