package dev.sluice.sink.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A record, or its row in bronze, as text by column; the two agree when the row holds what was sent.
 *
 * @param plain without anything that a rule for personal data changes
 * @param masked with what the rules make of it; empty when there are no rules
 */
public record RowImage(SortedMap<String, String> plain, SortedMap<String, String> masked) {
    public RowImage {
        plain = Collections.unmodifiableSortedMap(new TreeMap<>(plain));
        masked = Collections.unmodifiableSortedMap(new TreeMap<>(masked));
    }

    /** 64 bits that stand for {@link #plain}. */
    public long plainSum() {
        return sum(plain);
    }

    /** 64 bits that stand for {@link #masked}. */
    public long maskedSum() {
        return sum(masked);
    }

    /** The columns in which two images differ, without looking at what rules change. */
    public List<String> plainDifferences(RowImage other) {
        return differences(plain, other.plain);
    }

    /** The columns in which two images differ. */
    public List<String> maskedDifferences(RowImage other) {
        return differences(masked, other.masked);
    }

    private static List<String> differences(Map<String, String> one, Map<String, String> other) {
        SortedMap<String, String> all = new TreeMap<>(one);
        all.putAll(other);
        List<String> columns = new ArrayList<>();
        all.keySet().forEach(column -> {
            if (!Objects.equals(one.get(column), other.get(column))) {
                columns.add(column);
            }
        });
        // A column that differs is in the value too.
        if (columns.size() > 1) {
            columns.remove(RowImages.VALUE);
        }
        return columns;
    }

    private static long sum(SortedMap<String, String> columns) {
        return TableDigest.EMPTY.plus(columns.toString()).checksum();
    }
}
