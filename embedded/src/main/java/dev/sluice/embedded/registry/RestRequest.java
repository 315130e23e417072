package dev.sluice.embedded.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A request, taken apart.
 *
 * @param names the variable segments of the path, decoded, in order
 */
record RestRequest(List<String> names, Map<String, String> query, JsonNode body) {
    String name(int index) {
        return names.get(index);
    }

    boolean flag(String parameter) {
        return "true".equals(query.get(parameter));
    }

    String schema() throws Refusal {
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw Refusal.invalidSchema("schemaType %s, only AVRO is kept here".formatted(type));
        }
        String text = body.path("schema").asText("");
        if (text.isBlank()) {
            throw Refusal.invalidSchema("the request has none");
        }
        return text;
    }

    List<SchemaReference> references() {
        List<SchemaReference> references = new ArrayList<>();
        for (JsonNode reference : body.path("references")) {
            references.add(new SchemaReference(
                    reference.path("name").asText(),
                    reference.path("subject").asText(),
                    reference.path("version").asInt()));
        }
        return references;
    }

    CompatibilityLevel level() throws Refusal {
        String level = body.path("compatibility").asText("");
        for (CompatibilityLevel known : CompatibilityLevel.values()) {
            if (known.name().equals(level)) {
                return known;
            }
        }
        throw Refusal.invalidLevel(level);
    }
}
