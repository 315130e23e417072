package dev.sluice.sink.audit;

import dev.sluice.sink.audit.ImageText.Hidden;
import dev.sluice.sink.audit.ImageText.Members;
import dev.sluice.sink.land.PiiAction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** A whole Avro value, with what the rules for personal data make of it, or as it was kept with a row. */
final class KeptValue {
    private static final Schema TEXT = Schema.create(Schema.Type.STRING);

    private final @Nullable ExpectedMasks masks;
    private final Set<PiiAction> hidden;

    /**
     * A way to look at values.
     *
     * @param masks null for a value that is masked already
     * @param hidden what is under these rules is left out
     */
    KeptValue(@Nullable ExpectedMasks masks, Set<PiiAction> hidden) {
        this.masks = masks;
        this.hidden = hidden;
    }

    @Nullable
    Object of(Schema schema, @Nullable Object value, MaskedPlace place) {
        return switch (schema.getType()) {
            case NULL -> null;
            case UNION -> {
                int branch = GenericData.get().resolveUnion(schema, value);
                yield Arrays.asList(branch, of(schema.getTypes().get(branch), value, place));
            }
            case RECORD -> {
                Map<String, @Nullable Object> members = new HashMap<>();
                for (Schema.Field field : schema.getFields()) {
                    Object member = value instanceof IndexedRecord record ? record.get(field.pos()) : null;
                    members.put(field.name(), of(field.schema(), member, place.field(field)));
                }
                yield new Members(members);
            }
            case ARRAY -> {
                List<@Nullable Object> items = new ArrayList<>();
                if (value instanceof Iterable<?> all) {
                    all.forEach(item -> items.add(of(schema.getElementType(), item, place)));
                }
                yield items;
            }
            case MAP -> hidden.contains(place.action()) ? Hidden.HERE : map(schema, value, place);
            default -> hidden.contains(place.action()) ? Hidden.HERE : leaf(schema, value, place);
        };
    }

    private Map<Object, @Nullable Object> map(Schema schema, @Nullable Object value, MaskedPlace place) {
        Map<Object, @Nullable Object> entries = new LinkedHashMap<>();
        boolean emptied = masks != null && place.action() == PiiAction.REDACT;
        if (value instanceof Map<?, ?> all && !emptied) {
            all.forEach((key, entry) -> {
                Object name = leaf(TEXT, key, place);
                if (name != null) {
                    entries.put(name, of(schema.getValueType(), entry, place));
                }
            });
        }
        return entries;
    }

    private @Nullable Object leaf(Schema schema, @Nullable Object value, MaskedPlace place) {
        if (value == null) {
            return null;
        }
        Object kept =
                masks == null || place.action() == PiiAction.KEEP ? value : masks.kept(schema, place.action(), value);
        return switch (schema.getType()) {
            case FIXED -> kept instanceof GenericFixed fixed ? ByteBuffer.wrap(fixed.bytes()) : kept;
            case BYTES -> kept;
            case INT, LONG -> ((Number) kept).longValue();
            case FLOAT, DOUBLE -> ((Number) kept).doubleValue();
            default -> kept.toString();
        };
    }
}
