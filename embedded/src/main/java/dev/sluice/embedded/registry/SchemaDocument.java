package dev.sluice.embedded.registry;

import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;

/**
 * A schema as it is stored and returned. Two of the same text and references are the same schema, with one id.
 *
 * @param text in one fixed form, without the types it refers to
 */
record SchemaDocument(String text, List<SchemaReference> references, Schema schema) {
    SchemaDocument {
        references = List.copyOf(references);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SchemaDocument that && text.equals(that.text) && references.equals(that.references);
    }

    @Override
    public int hashCode() {
        return Objects.hash(text, references);
    }
}
