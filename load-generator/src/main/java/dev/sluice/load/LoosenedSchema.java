package dev.sluice.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;

/**
 * The mistake of a careless producer: version 2 of the order event with {@code customer_id} made nullable. A registry
 * that only guards BACKWARD compatibility lets it pass, so what guards the tables is the landing check.
 */
final class LoosenedSchema {
    private static final String RESOURCE = "order-loosened.avsc";

    private LoosenedSchema() {}

    static Schema schema() {
        try (InputStream text = Objects.requireNonNull(
                LoosenedSchema.class.getResourceAsStream(RESOURCE), () -> "missing resource " + RESOURCE)) {
            return new SchemaParser().parse(text).mainSchema();
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }
}
