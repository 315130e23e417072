package dev.sluice.load;

import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.orders.OrderSchemas;
import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/** What Avro's own reader makes of a value: a record, or the reason why there is none. */
record DecodedValue(GenericRecord record, String reason) {
    static final SchemaIds IDS = new SchemaIds(11, 12, 13);
    private static final Map<Integer, Schema> SCHEMAS =
            Map.of(11, OrderSchemas.v1(), 12, OrderSchemas.v2(), 13, LoosenedSchema.schema());

    static DecodedValue of(byte[] value) {
        if (value.length == 0) {
            return rejected("EMPTY_VALUE");
        }
        if (!ConfluentFraming.isFramed(value)) {
            return rejected("NO_FRAMING");
        }
        Schema schema = SCHEMAS.get(ConfluentFraming.schemaId(value));
        if (schema == null) {
            return rejected("UNKNOWN_SCHEMA_ID");
        }
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null);
        try {
            GenericRecord record = new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
            return decoder.isEnd() ? checked(record) : rejected("TRAILING_BYTES");
        } catch (EOFException e) {
            return rejected("TRUNCATED");
        } catch (IOException | AvroRuntimeException e) {
            return rejected("CORRUPT");
        }
    }

    private static DecodedValue checked(GenericRecord record) {
        if (record.get("customer_id") == null) {
            return rejected("REQUIRED_NULL");
        }
        if ((Integer) record.get("order_version") < 1 || (Long) record.get("amount_cents") < 0) {
            return rejected("RULE_BROKEN");
        }
        return new DecodedValue(record, "");
    }

    private static DecodedValue rejected(String reason) {
        return new DecodedValue(null, reason);
    }

    boolean valid() {
        return record != null;
    }
}
