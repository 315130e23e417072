package dev.sluice.app.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.land.LandingSpec;
import dev.sluice.sink.land.ValueInspector;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Mends values by a JSON merge patch (RFC 7386) on what could be decoded of them, and encodes the result anew. What is
 * decoded stops where the bytes go wrong; a value without framing that is a JSON object is taken as it is; anything
 * else begins empty. What the patch and the schema's defaults do not fill up then is refused.
 *
 * @param patch the merge patch; {@code {}} only encodes anew
 * @param schemaId the schema to encode with; null for the one of the value
 * @param readAs the schema to decode with; null for the one of the value
 */
public record MergePatch(
        JsonNode patch,
        @Nullable Integer schemaId,
        @Nullable Integer readAs,
        SchemaRegistry registry) implements ValueChange {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads the patch.
     *
     * @throws SluiceException {@code USAGE} when it is no JSON object
     */
    public static JsonNode parse(String text) {
        try {
            JsonNode patch = JSON.readTree(text);
            if (patch != null && patch.isObject()) {
                return patch;
            }
        } catch (JsonProcessingException e) {
            throw new SluiceException(
                    ErrorCode.USAGE, "Cannot read the patch: it is no JSON, " + e.getOriginalMessage(), e);
        }
        throw new SluiceException(ErrorCode.USAGE, "Cannot use the patch: expected a JSON object, found another value");
    }

    @Override
    public Outcome of(DeadLetterView letter) {
        byte[] value = letter.value() == null ? new byte[0] : letter.value();
        Integer claimed = ConfluentFraming.isFramed(value) ? Integer.valueOf(ConfluentFraming.schemaId(value)) : null;
        Integer from = readAs == null || claimed == null ? claimed : readAs;
        Integer to = schemaId == null ? from : schemaId;
        if (to == null) {
            return new Refused("it has no schema id; say with which one to encode it");
        }
        try {
            JsonNode base = from == null ? json(value) : decoded(registry.byId(from), value);
            JsonNode merged = merged(base, patch);
            return new Changed(ConfluentFraming.frame(to, AvroJson.encode(registry.byId(to), merged)), to);
        } catch (SluiceException e) {
            if (e.code() == ErrorCode.SCHEMA_NOT_FOUND || e.code() == ErrorCode.SCHEMA_INVALID) {
                return new Refused(String.valueOf(e.getMessage()));
            }
            throw e;
        } catch (IllegalArgumentException e) {
            return new Refused(String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode decoded(Schema writer, byte[] value) {
        return JSON.valueToTree(
                ValueInspector.inspect(writer, value, ConfluentFraming.HEADER_LENGTH, LandingSpec.defaults())
                        .fields());
    }

    private static JsonNode json(byte[] value) {
        try {
            JsonNode node = JSON.readTree(value);
            return node != null && node.isObject() ? node : JSON.createObjectNode();
        } catch (IOException e) {
            return JSON.createObjectNode();
        }
    }

    /** RFC 7386, section 2. */
    static JsonNode merged(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode result = target.isObject() ? target.deepCopy() : JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> entry : patch.properties()) {
            if (entry.getValue().isNull()) {
                result.remove(entry.getKey());
            } else {
                JsonNode current = result.get(entry.getKey());
                result.set(
                        entry.getKey(), merged(current == null ? JSON.createObjectNode() : current, entry.getValue()));
            }
        }
        return result;
    }
}
