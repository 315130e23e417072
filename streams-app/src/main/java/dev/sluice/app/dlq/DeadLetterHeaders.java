package dev.sluice.app.dlq;

/**
 * The names of the headers that a dead letter carries beside those of the record. The values are UTF-8 text.
 *
 * <p>The {@code __streams} names are those of Kafka Streams' own dead-letter queue (KIP-1034), the {@code __connect}
 * names those of Kafka Connect's, so that tools made for either read ours.
 */
public final class DeadLetterHeaders {
    /** What the names of our own headers begin with, those of Streams and Connect apart. */
    public static final String OURS = "sluice.";

    /** The stable code of a {@link dev.sluice.sink.land.RejectReason}. */
    public static final String REASON = "sluice.reason";

    public static final String DETAIL = "sluice.detail";
    /** Absent when the value has no schema id. */
    public static final String SCHEMA_ID = "sluice.schema-id";

    /** The backfill that sent the letter; absent when the live flow did. */
    public static final String BACKFILL_ID = "sluice.backfill-id";
    /** On a record that was put back: the position of the dead letter's original, {@code topic-partition@offset}. */
    public static final String REPLAY_OF = "sluice.replay-of";
    /** On a record that was put back: how often it was, by now. */
    public static final String REPLAY_COUNT = "sluice.replay-count";

    static final String STREAMS_EXCEPTION = "__streams.errors.exception";
    static final String STREAMS_MESSAGE = "__streams.errors.message";
    static final String STREAMS_STACKTRACE = "__streams.errors.stacktrace";
    static final String STREAMS_TOPIC = "__streams.errors.topic";
    static final String STREAMS_PARTITION = "__streams.errors.partition";
    static final String STREAMS_OFFSET = "__streams.errors.offset";

    static final String CONNECT_TOPIC = "__connect.errors.topic";
    static final String CONNECT_PARTITION = "__connect.errors.partition";
    static final String CONNECT_OFFSET = "__connect.errors.offset";
    static final String CONNECT_CONNECTOR = "__connect.errors.connector.name";
    static final String CONNECT_TASK = "__connect.errors.task.id";
    static final String CONNECT_STAGE = "__connect.errors.stage";
    static final String CONNECT_CLASS = "__connect.errors.class.name";
    static final String CONNECT_EXCEPTION = "__connect.errors.exception.class.name";
    static final String CONNECT_MESSAGE = "__connect.errors.exception.message";

    private static final String STREAMS_PREFIX = "__streams.errors.";
    private static final String CONNECT_PREFIX = "__connect.errors.";

    private DeadLetterHeaders() {}

    /** Whether a header of this name may be one that a dead-letter queue added, so that a replay leaves it out. */
    public static boolean isOurs(String name) {
        return name.equals(REASON)
                || name.equals(DETAIL)
                || name.equals(SCHEMA_ID)
                || name.equals(BACKFILL_ID)
                || name.startsWith(STREAMS_PREFIX)
                || name.startsWith(CONNECT_PREFIX);
    }
}
