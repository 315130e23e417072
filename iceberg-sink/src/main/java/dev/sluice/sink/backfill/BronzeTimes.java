package dev.sluice.sink.backfill;

import dev.sluice.sink.land.BronzeColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** The UTC days of a bronze table's records, for a topic that the cluster has forgotten. */
public final class BronzeTimes {
    private final Map<Integer, NavigableMap<Instant, Long>> firstOfDay = new HashMap<>();

    private BronzeTimes() {}

    /** Reads the place and time of every row of a topic. */
    public static BronzeTimes of(Table table, String topic) {
        BronzeTimes times = new BronzeTimes();
        try (CloseableIterable<Record> rows = IcebergGenerics.read(table)
                .where(Expressions.equal(BronzeColumns.TOPIC, topic))
                .select(BronzeColumns.PARTITION, BronzeColumns.OFFSET, BronzeColumns.TIMESTAMP)
                .build()) {
            for (Record row : rows) {
                int partition = (Integer) row.getField(BronzeColumns.PARTITION);
                long offset = (Long) row.getField(BronzeColumns.OFFSET);
                Instant day = ((OffsetDateTime) row.getField(BronzeColumns.TIMESTAMP))
                        .toInstant()
                        .truncatedTo(ChronoUnit.DAYS);
                times.firstOfDay
                        .computeIfAbsent(partition, none -> new TreeMap<>())
                        .merge(day, offset, Math::min);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return times;
    }

    /**
     * Of the rows of a partition that are of a UTC day or a later one, the day and the offset of the one that stands
     * first.
     */
    public Optional<Map.Entry<Instant, Long>> notOlder(int partition, Instant day) {
        return firstOfDay.getOrDefault(partition, new TreeMap<>()).tailMap(day, true).entrySet().stream()
                .min(Map.Entry.comparingByValue());
    }
}
