package dev.sluice.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Parses the schemas in a registry's answers, fetching the schemas that they refer to. */
final class SchemaText {
    /** Fetches the answer for one version of a subject. */
    @FunctionalInterface
    interface Versions {
        JsonNode fetch(String subject, int version);
    }

    private record Reference(String subject, int version) {}

    private final Versions versions;

    SchemaText(Versions versions) {
        this.versions = versions;
    }

    /** The schema of a body with {@code schema}, and maybe {@code schemaType} and {@code references}. */
    Schema parse(JsonNode body, String action) {
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new SluiceException(
                    ErrorCode.SCHEMA_INVALID,
                    "Cannot %s: it is of another type, expected AVRO, found %s".formatted(action, type));
        }
        // What is registered is used as it is: a default value that is wrong by today's rules does not unwrite records.
        Schema.Parser parser = new Schema.Parser().setValidateDefaults(false);
        return parse(body, parser, new HashSet<>(), action);
    }

    private Schema parse(JsonNode body, Schema.Parser parser, Set<Reference> done, String action) {
        for (JsonNode entry : body.path("references")) {
            Reference reference = new Reference(
                    entry.path("subject").asText(), entry.path("version").asInt());
            if (done.add(reference)) {
                parse(fetch(reference, action), parser, done, action);
            }
        }
        try {
            return parser.parse(body.path("schema").asText());
        } catch (AvroRuntimeException e) {
            throw new SluiceException(
                    ErrorCode.SCHEMA_INVALID,
                    "Cannot %s: its text is not a schema, expected Avro JSON, found %s"
                            .formatted(action, e.getMessage()),
                    e);
        }
    }

    /** That a reference is broken makes the schema invalid; its id is known all the same. */
    private JsonNode fetch(Reference reference, String action) {
        try {
            return versions.fetch(reference.subject(), reference.version());
        } catch (SluiceException e) {
            throw e.code() != ErrorCode.SCHEMA_NOT_FOUND
                    ? e
                    : new SluiceException(
                            ErrorCode.SCHEMA_INVALID,
                            "Cannot %s: it refers to another schema, expected version %d of subject %s, found none"
                                    .formatted(action, reference.version(), reference.subject()),
                            e);
        }
    }
}
