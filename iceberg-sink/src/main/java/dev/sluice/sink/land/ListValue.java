package dev.sluice.sink.land;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** A list whose elements are replaced by those of the next record. */
final class ListValue extends AbstractList<@Nullable Object> implements RandomAccess {
    /** A longer list is let go after its record, so that one giant does not stay in memory. */
    private static final int LARGEST_REUSED = 1024;

    private @Nullable Object[] values = new Object[8];
    private @Nullable Object[] spares = new Object[8];
    private int size;

    /** Empties the list; nothing of its elements is kept but the objects themselves. */
    ListValue restarted() {
        if (size > LARGEST_REUSED) {
            return new ListValue();
        }
        size = 0;
        return this;
    }

    /** The last object that was at the place of the next element, for its reader to fill again. */
    @Nullable
    Object spare() {
        return size < spares.length ? spares[size] : null;
    }

    void append(@Nullable Object value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
            spares = Arrays.copyOf(spares, size * 2);
        }
        values[size] = value;
        if (value != null) {
            spares[size] = value;
        }
        size++;
    }

    @Override
    public @Nullable Object get(int index) {
        if (index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        return values[index];
    }

    @Override
    public int size() {
        return size;
    }
}
