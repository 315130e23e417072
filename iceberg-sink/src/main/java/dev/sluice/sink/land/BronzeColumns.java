package dev.sluice.sink.land;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/** The columns that every bronze table has beside those of its writers. */
public final class BronzeColumns {
    public static final String TOPIC = "_kafka_topic";
    public static final String PARTITION = "_kafka_partition";
    public static final String OFFSET = "_kafka_offset";
    public static final String TIMESTAMP = "_kafka_timestamp";
    public static final String KEY = "_kafka_key";
    /** Null in a tombstone. */
    public static final String SCHEMA_ID = "_schema_id";
    /** Null unless the typed columns alone cannot rebuild the value byte for byte. */
    public static final String PAYLOAD = "_payload";

    public static final String INGESTED_AT = "_ingested_at";

    private static final List<Types.NestedField> FIELDS = List.of(
            Types.NestedField.required(1, TOPIC, Types.StringType.get(), "Kafka topic"),
            Types.NestedField.required(2, PARTITION, Types.IntegerType.get(), "Kafka partition"),
            Types.NestedField.required(3, OFFSET, Types.LongType.get(), "Kafka offset"),
            Types.NestedField.required(4, TIMESTAMP, Types.TimestampType.withZone(), "Timestamp of the Kafka record"),
            Types.NestedField.optional(5, KEY, Types.BinaryType.get(), "Kafka key, as it came"),
            Types.NestedField.optional(
                    6, SCHEMA_ID, Types.IntegerType.get(), "Registry id of the writer's schema; null in a tombstone"),
            Types.NestedField.optional(
                    7, PAYLOAD, Types.BinaryType.get(), "Avro bytes, when the columns cannot rebuild them"),
            Types.NestedField.required(8, INGESTED_AT, Types.TimestampType.withZone(), "When the record was landed"));
    private static final Set<String> NAMES =
            FIELDS.stream().map(Types.NestedField::name).collect(Collectors.toUnmodifiableSet());

    private BronzeColumns() {}

    /** The schema of a bronze table before any writer was met. */
    public static Schema schema() {
        return new Schema(FIELDS);
    }

    /** Whether it is one of these columns. */
    static boolean ours(String column) {
        return NAMES.contains(column);
    }

    /** Whether every row has a value in it. */
    static boolean always(String column) {
        return FIELDS.stream()
                .anyMatch(field -> field.isRequired() && field.name().equals(column));
    }

    /** Whether a writer's field of this name cannot be a column, because we or Iceberg use the name. */
    static boolean reserved(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return NAMES.contains(lower) || lower.startsWith("_kafka_") || MetadataColumns.isMetadataColumn(lower);
    }
}
