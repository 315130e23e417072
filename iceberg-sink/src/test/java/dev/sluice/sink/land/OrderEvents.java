package dev.sluice.sink.land;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/** Order events as the load generator would send them, without the generator. */
final class OrderEvents {
    private OrderEvents() {}

    static GenericData.Record event(Schema schema, int number) {
        GenericData.Record event = new GenericData.Record(schema);
        List<String> types = schema.getField("event_type").schema().getEnumSymbols();
        event.put("event_id", new UUID(number, 7).toString());
        event.put("order_id", new UUID(number / 4, 42).toString());
        event.put("customer_id", 1000L + number % 977);
        event.put(
                "event_type",
                new GenericData.EnumSymbol(schema.getField("event_type").schema(), types.get(number % types.size())));
        event.put("order_version", 1 + number % 4);
        event.put("amount_cents", 100L + number * 37L % 100_000);
        event.put("currency", number % 3 == 0 ? "EUR" : "USD");
        event.put("country", number % 2 == 0 ? "DE" : "US");
        event.put("customer_email", number % 5 == 0 ? null : "customer" + number % 977 + "@example.org");
        event.put("event_time", 1_700_000_000_000_000L + number * 1_000L);
        Schema items = schema.getField("items").schema();
        List<GenericData.Record> list = new ArrayList<>();
        for (int i = 0; i <= number % 3; i++) {
            GenericData.Record item = new GenericData.Record(items.getElementType());
            item.put("sku", "SKU-" + (number * 31 + i) % 5000);
            item.put("quantity", 1 + i);
            item.put("unit_price_cents", 499L + i * 100);
            list.add(item);
        }
        event.put("items", list);
        if (schema.getField("channel") != null) {
            event.put("channel", number % 4 == 0 ? null : "WEB");
        }
        return event;
    }
}
