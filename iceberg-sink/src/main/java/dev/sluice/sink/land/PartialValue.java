package dev.sluice.sink.land;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value taken apart as far as its bytes go.
 *
 * @param fields by name in the writer's order, complete ones first, the last one possibly cut off; values are texts,
 *     numbers, booleans, byte arrays, maps, lists and null
 * @param end the byte up to which it was read
 * @param failure what was wrong at {@code end}, null when the whole value was read
 * @param masked the byte ranges of values that a rule for personal data covers, in order
 */
public record PartialValue(
        Map<String, @Nullable Object> fields, int end, Landed.@Nullable Rejected failure, List<Bytes> masked) {
    public PartialValue {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        masked = List.copyOf(masked);
    }

    /** The bytes {@code [from, to)} of a value. */
    public record Bytes(int from, int to) {}

    /** Whether that byte is known to be no personal data. */
    public boolean shows(int index) {
        return index < end && masked.stream().noneMatch(bytes -> index >= bytes.from() && index < bytes.to());
    }
}
