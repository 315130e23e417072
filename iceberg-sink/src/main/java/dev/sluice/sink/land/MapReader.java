package dev.sluice.sink.land;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a map, or skips it. A key that comes twice cannot be rebuilt from a map. */
final class MapReader extends BlockReader implements ValueReader {
    private final ValueReader key;
    private final ValueReader value;
    private final boolean kept;

    MapReader(ValueReader key, ValueReader value, boolean kept, int bytesPerItem, boolean mayChangeSize) {
        super(bytesPerItem, mayChangeSize);
        this.key = key;
        this.value = value;
        this.kept = kept;
    }

    @Override
    public @Nullable Object read(AvroInput in, @Nullable Object reuse) throws MalformedValue {
        if (!kept) {
            items(in, null);
            return null;
        }
        Map<Object, @Nullable Object> map = new LinkedHashMap<>();
        if (items(in, map) != map.size()) {
            in.notRebuildable();
        }
        return map;
    }

    @Override
    @SuppressWarnings("unchecked")
    void item(AvroInput in, @Nullable Object into) throws MalformedValue {
        Object name = key.read(in, null);
        Object content = value.read(in, null);
        if (into != null && name != null) {
            ((Map<Object, @Nullable Object>) into).put(name, content);
        }
    }
}
