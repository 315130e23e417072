package dev.sluice.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** Makes a malformed value of each kind from a valid event, with an event id of its own. */
final class MalformedEncoder {
    /** No registry has given out this many ids. */
    private static final int FIRST_UNKNOWN_ID = 2_000_000_000;

    private static final int HEADER_LENGTH = 5;
    private static final byte MINUS_ONE = 1;

    private final OrderEncoder encoder;
    private final SchemaIds ids;
    private final long salt;

    MalformedEncoder(OrderEncoder encoder, SchemaIds ids, long salt) {
        this.encoder = encoder;
        this.ids = ids;
        this.salt = salt;
    }

    /** @param number of the record in the load, which seeds what is random about it */
    byte[] encode(MalformedKind kind, OrderEvent event, long number) {
        Dice dice = Dice.of(salt, number, -3);
        UUID eventId = OrderBook.randomUuid(dice);
        return switch (kind) {
            case NO_FRAMING -> json(event, eventId);
            case UNKNOWN_SCHEMA_ID -> unknownId(whole(event, eventId), dice);
            case TRUNCATED -> truncated(whole(event, eventId), dice);
            case TRAILING_BYTES -> trailing(whole(event, eventId), dice);
            case GARBAGE -> garbage(event, dice);
            case REQUIRED_NULL -> encoder.encodeWithoutCustomer(event, eventId);
            case RULE_BROKEN ->
                dice.below(2) == 0
                        ? encoder.encode(event, eventId, 0, event.amountCents())
                        : encoder.encode(event, eventId, event.version(), -1 - event.amountCents());
            case EMPTY_VALUE -> new byte[0];
        };
    }

    private byte[] whole(OrderEvent event, UUID eventId) {
        return encoder.encode(event, eventId, event.version(), event.amountCents());
    }

    private static byte[] json(OrderEvent event, UUID eventId) {
        return ("{\"event_id\":\"" + eventId + "\",\"order_id\":\"" + event.orderId() + "\",\"event_type\":\""
                        + event.type() + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] unknownId(byte[] value, Dice dice) {
        ByteBuffer.wrap(value).putInt(1, FIRST_UNKNOWN_ID + dice.below(1_000_000));
        return value;
    }

    /** Keeps the header and at least one byte after it, loses at least one. */
    private static byte[] truncated(byte[] value, Dice dice) {
        return Arrays.copyOf(value, HEADER_LENGTH + 1 + dice.below(value.length - HEADER_LENGTH - 1));
    }

    private static byte[] trailing(byte[] value, Dice dice) {
        byte[] longer = Arrays.copyOf(value, value.length + 1 + dice.below(8));
        for (int i = value.length; i < longer.length; i++) {
            longer[i] = (byte) dice.below(256);
        }
        return longer;
    }

    private byte[] garbage(OrderEvent event, Dice dice) {
        byte[] value = new byte[HEADER_LENGTH + 1 + dice.below(100)];
        for (int i = HEADER_LENGTH; i < value.length; i++) {
            value[i] = (byte) dice.below(256);
        }
        ByteBuffer.wrap(value).putInt(1, ids.of(event.writer()));
        value[HEADER_LENGTH] = MINUS_ONE;
        return value;
    }
}
