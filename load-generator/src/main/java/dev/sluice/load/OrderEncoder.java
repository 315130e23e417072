package dev.sluice.load;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes order events as framed Avro, field by field in the order of the schemas. */
final class OrderEncoder {
    private static final int NULL_BRANCH = 0;
    private static final int VALUE_BRANCH = 1;

    private final SchemaIds ids;
    private final AvroOutput out = new AvroOutput();

    OrderEncoder(SchemaIds ids) {
        this.ids = ids;
    }

    /** The event in the schema it is meant for. */
    byte[] encode(OrderEvent event) {
        return encode(event, event.eventId(), event.version(), event.amountCents());
    }

    /** The event with three of its values replaced. */
    byte[] encode(OrderEvent event, UUID eventId, int version, long amountCents) {
        out.start(ids.of(event.writer()));
        identity(event, eventId);
        out.number(event.customerId());
        rest(event, version, amountCents);
        if (event.writer() == SchemaVersion.V2) {
            optional(event.channel());
        }
        return out.copy();
    }

    /** The event without a customer, in the loosened schema. */
    byte[] encodeWithoutCustomer(OrderEvent event, UUID eventId) {
        out.start(ids.loosened());
        identity(event, eventId);
        out.number(NULL_BRANCH);
        rest(event, event.version(), event.amountCents());
        optional(event.channel());
        return out.copy();
    }

    private void identity(OrderEvent event, UUID eventId) {
        out.text(eventId.toString());
        out.text(event.orderId().toString());
    }

    private void rest(OrderEvent event, int version, long amountCents) {
        out.number(event.type().symbol());
        out.number(version);
        out.number(amountCents);
        out.text(event.currency());
        out.text(event.country());
        optional(event.customerEmail());
        out.number(event.eventTimeMicros());
        out.number(event.items().size());
        for (OrderItem item : event.items()) {
            out.text(item.sku());
            out.number(item.quantity());
            out.number(item.unitPriceCents());
        }
        out.number(0);
    }

    private void optional(@Nullable String value) {
        if (value == null) {
            out.number(NULL_BRANCH);
        } else {
            out.number(VALUE_BRANCH);
            out.text(value);
        }
    }
}
