package dev.sluice.embedded.registry;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Makes documents of schema texts, with the schemas they refer to taken from what is registered. */
final class DocumentParser {
    private final ObjectMapper mapper = new ObjectMapper();
    private final RegistryState state;

    DocumentParser(RegistryState state) {
        this.state = state;
    }

    SchemaDocument parse(String text, List<SchemaReference> references) throws Refusal {
        try {
            Schema.Parser parser = new Schema.Parser();
            addTypes(references, parser, new HashSet<>());
            Schema schema = parser.parse(text);
            // Avro's own form writes the types out that were referred to, so such a text keeps its words.
            String form = references.isEmpty()
                    ? schema.toString()
                    : mapper.readTree(text).toString();
            return new SchemaDocument(form, references, schema);
        } catch (AvroRuntimeException | JacksonException e) {
            throw Refusal.invalidSchema(String.valueOf(e.getMessage()));
        }
    }

    private void addTypes(List<SchemaReference> references, Schema.Parser parser, Set<SchemaReference> done)
            throws Refusal {
        for (SchemaReference reference : references) {
            if (!done.add(new SchemaReference("", reference.subject(), reference.version()))) {
                continue;
            }
            SchemaDocument document = state.find(reference.subject(), reference.version())
                    .orElseThrow(
                            () -> Refusal.invalidSchema("reference %s to version %d of subject %s, which does not exist"
                                    .formatted(reference.name(), reference.version(), reference.subject())))
                    .document();
            addTypes(document.references(), parser, done);
            parser.parse(document.text());
        }
    }
}
