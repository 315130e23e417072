package dev.sluice.load;

/** Writes customers as framed Avro, field by field in the order of the schema. */
final class CustomerEncoder {
    private final int schemaId;
    private final AvroOutput out = new AvroOutput();

    CustomerEncoder(int schemaId) {
        this.schemaId = schemaId;
    }

    byte[] encode(CustomerChange change) {
        out.start(schemaId);
        out.number(change.customerId());
        out.text(change.name());
        if (change.email() == null) {
            out.number(0);
        } else {
            out.number(1);
            out.text(change.email());
        }
        out.text(change.segment());
        out.text(change.country());
        out.number(change.updatedAtMicros());
        return out.copy();
    }
}
