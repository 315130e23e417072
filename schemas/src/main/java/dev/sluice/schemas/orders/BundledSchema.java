package dev.sluice.schemas.orders;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;

/** Reads a schema from this module's own {@code avro/} resources. */
final class BundledSchema {
    private BundledSchema() {}

    static Schema read(String resource) {
        try (InputStream text = Objects.requireNonNull(
                BundledSchema.class.getResourceAsStream(resource), () -> "missing resource " + resource)) {
            return new SchemaParser().parse(text).mainSchema();
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }
}
