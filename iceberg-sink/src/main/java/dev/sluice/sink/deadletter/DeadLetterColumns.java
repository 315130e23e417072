package dev.sluice.sink.deadletter;

import dev.sluice.sink.land.BronzeColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * The columns of a dead-letter table; those that bronze tables have too are named as there, so that they join. A row is
 * a record of the dead-letter topic, or a row that a model's tests kept out; only the latter has a {@link #MODEL}.
 */
public final class DeadLetterColumns {
    public static final String DLQ_TOPIC = "_dlq_topic";
    public static final String DLQ_PARTITION = "_dlq_partition";
    public static final String DLQ_OFFSET = "_dlq_offset";
    /** The model whose tests kept the row out; null for a record of the topic. */
    public static final String MODEL = "model";
    /** Which row of the model's table of rejected rows it is; null for a record of the topic. */
    public static final String REJECTED_ID = "rejected_id";
    /** The reason of every row that has a model; the tests that it failed are in its detail. Never changes. */
    public static final String TEST_FAILED = "TEST_FAILED";

    private DeadLetterColumns() {}

    public static Schema schema() {
        return new Schema(
                Types.NestedField.required(1, "reason", Types.StringType.get(), "Why it did not land, a stable code"),
                Types.NestedField.required(
                        2, "detail", Types.StringType.get(), "Where it went wrong, what was expected and found"),
                Types.NestedField.optional(3, "schema_id", Types.IntegerType.get(), "Schema id that the value claims"),
                Types.NestedField.optional(
                        4,
                        "value",
                        Types.BinaryType.get(),
                        "The value as it came, or the row as JSON; null where it is omitted"),
                Types.NestedField.required(5, "value_bytes", Types.IntegerType.get(), "Length of the value"),
                Types.NestedField.required(
                        6,
                        "headers",
                        Types.MapType.ofOptional(7, 8, Types.StringType.get(), Types.BinaryType.get()),
                        "Headers of the record, the last of each name"),
                Types.NestedField.optional(
                        9,
                        "replay_of",
                        Types.StringType.get(),
                        "The dead letter that this record was put back for, topic-partition@offset"),
                Types.NestedField.optional(10, BronzeColumns.TOPIC, Types.StringType.get(), "Source topic"),
                Types.NestedField.optional(11, BronzeColumns.PARTITION, Types.IntegerType.get(), "Source partition"),
                Types.NestedField.optional(12, BronzeColumns.OFFSET, Types.LongType.get(), "Source offset"),
                Types.NestedField.optional(
                        13, BronzeColumns.TIMESTAMP, Types.TimestampType.withZone(), "Timestamp of the Kafka record"),
                Types.NestedField.optional(14, BronzeColumns.KEY, Types.BinaryType.get(), "Kafka key"),
                Types.NestedField.optional(15, DLQ_TOPIC, Types.StringType.get(), "Dead-letter topic"),
                Types.NestedField.optional(16, DLQ_PARTITION, Types.IntegerType.get(), "Partition there"),
                Types.NestedField.optional(17, DLQ_OFFSET, Types.LongType.get(), "Offset there"),
                Types.NestedField.required(
                        18,
                        BronzeColumns.INGESTED_AT,
                        Types.TimestampType.withZone(),
                        "When it came into this table, or when the model kept the row out"),
                Types.NestedField.optional(
                        19, MODEL, Types.StringType.get(), "The model whose tests kept the row out; else null"),
                Types.NestedField.optional(
                        20, REJECTED_ID, Types.StringType.get(), "Its _rejected_id in the model's table; else null"));
    }
}
