package dev.sluice.sink.land;

import java.util.Arrays;
import org.apache.iceberg.StructLike;
import org.jspecify.annotations.Nullable;

/** A row or a nested struct whose values are replaced by those of the next record. */
final class StructRow implements StructLike {
    private final @Nullable Object[] values;
    private final @Nullable Object[] spares;

    StructRow(int size) {
        values = new Object[size];
        spares = new Object[size];
    }

    /** The last object that was at this place, for its reader to fill again. */
    @Nullable
    Object spare(int pos) {
        return spares[pos];
    }

    /** Makes every value null; what was there can still be filled again. */
    void clear() {
        Arrays.fill(values, null);
    }

    void put(int pos, @Nullable Object value) {
        values[pos] = value;
        if (value != null) {
            spares[pos] = value;
        }
    }

    @Override
    public int size() {
        return values.length;
    }

    @Override
    public <T> T get(int pos, Class<T> javaClass) {
        return javaClass.cast(values[pos]);
    }

    @Override
    public <T> void set(int pos, T value) {
        values[pos] = value;
    }
}
