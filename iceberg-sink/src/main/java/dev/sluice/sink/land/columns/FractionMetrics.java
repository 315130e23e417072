package dev.sluice.sink.land.columns;

import java.util.stream.Stream;
import org.apache.iceberg.FieldMetrics;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * What Iceberg wants to know of the floats or doubles of a file and Parquet's footer does not tell: how many are not a
 * number, and the bounds of those that are.
 */
final class FractionMetrics {
    private final PrimitiveTypeName kind;
    private final int fieldId;
    private long entries;
    private long nulls;
    private long notNumbers;
    private double least = Double.POSITIVE_INFINITY;
    private double greatest = Double.NEGATIVE_INFINITY;
    private boolean bounded;

    FractionMetrics(PrimitiveType type) {
        this.kind = type.getPrimitiveTypeName();
        this.fieldId = type.getId().intValue();
    }

    void clear() {
        entries = 0;
        nulls = 0;
        notNumbers = 0;
        bounded = false;
    }

    /** Adds a page. */
    void add(long[] bits, int values, int pageEntries) {
        entries += pageEntries;
        nulls += pageEntries - values;
        for (int i = 0; i < values; i++) {
            double value = kind == PrimitiveTypeName.FLOAT
                    ? Float.intBitsToFloat((int) bits[i])
                    : Double.longBitsToDouble(bits[i]);
            if (Double.isNaN(value)) {
                notNumbers++;
            } else if (bounded) {
                least = Double.compare(value, least) < 0 ? value : least;
                greatest = Double.compare(value, greatest) > 0 ? value : greatest;
            } else {
                least = value;
                greatest = value;
                bounded = true;
            }
        }
    }

    Stream<FieldMetrics<?>> metrics() {
        if (kind == PrimitiveTypeName.FLOAT) {
            return Stream.of(
                    bounded
                            ? new FieldMetrics<>(fieldId, entries, nulls, notNumbers, (float) least, (float) greatest)
                            : new FieldMetrics<Float>(fieldId, entries, nulls, notNumbers));
        }
        if (kind == PrimitiveTypeName.DOUBLE) {
            return Stream.of(
                    bounded
                            ? new FieldMetrics<>(fieldId, entries, nulls, notNumbers, least, greatest)
                            : new FieldMetrics<Double>(fieldId, entries, nulls, notNumbers));
        }
        return Stream.empty();
    }
}
