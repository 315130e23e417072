package dev.sluice.sink.land;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.util.Utf8;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Where in a table's rows the columns that describe the Kafka record stand. */
record RecordColumns(int topic, int partition, int offset, int timestamp, int key, int schemaId, int ingestedAt) {
    private static final long LARGEST_MILLIS = Long.MAX_VALUE / 1000;

    static RecordColumns in(Types.StructType table) {
        List<Types.NestedField> fields = table.fields();
        return new RecordColumns(
                fields.indexOf(table.field(BronzeColumns.TOPIC)),
                fields.indexOf(table.field(BronzeColumns.PARTITION)),
                fields.indexOf(table.field(BronzeColumns.OFFSET)),
                fields.indexOf(table.field(BronzeColumns.TIMESTAMP)),
                fields.indexOf(table.field(BronzeColumns.KEY)),
                fields.indexOf(table.field(BronzeColumns.SCHEMA_ID)),
                fields.indexOf(table.field(BronzeColumns.INGESTED_AT)));
    }

    void fill(StructRow row, RecordPosition at, @Nullable ByteBuffer keyBytes, @Nullable Integer id, long nowMillis) {
        row.put(topic, topicText(row, at.topic()));
        row.put(partition, at.partition());
        row.put(offset, at.offset());
        row.put(timestamp, micros(at.timestampMillis()));
        row.put(key, keyBytes);
        row.put(schemaId, id);
        row.put(ingestedAt, micros(nowMillis));
    }

    /** The bytes of the last row's topic are good for the next one's, which nearly always is the same. */
    private Utf8 topicText(StructRow row, String name) {
        return row.spare(topic) instanceof Utf8 last && last.toString().equals(name) ? last : new Utf8(name);
    }

    /** Producers may send any number as time; the absurd ones become the ends of what the column holds. */
    static long micros(long millis) {
        return Math.max(-LARGEST_MILLIS, Math.min(LARGEST_MILLIS, millis)) * 1000;
    }
}
