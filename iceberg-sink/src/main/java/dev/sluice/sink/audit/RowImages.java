package dev.sluice.sink.audit;

import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.land.PiiAction;
import dev.sluice.sink.land.PiiRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Makes images of records and of bronze rows. That of a record comes from Avro's own reader and the JDK's HMAC, and
 * shares nothing with what landed it. A row's {@code _ingested_at} has nothing to be compared with.
 */
public final class RowImages {
    /** The name under which the whole value is compared. */
    static final String VALUE = "the value as it is rebuilt";

    private static final String UNREADABLE = "unreadable";
    private static final Set<PiiAction> PERSONAL = Set.of(PiiAction.HASH, PiiAction.REDACT);
    private static final long LARGEST_MILLIS = Long.MAX_VALUE / 1000;

    private final Types.StructType table;
    private final MaskedPlace root;
    private final ExpectedMasks masks;
    private final Map<Schema, GenericDatumReader<GenericRecord>> readers = new HashMap<>();

    /**
     * For one table.
     *
     * @param rules by column path
     * @param key the secret of the rule {@code hash}; null when it is not at hand, and hashes are not compared
     */
    public RowImages(Types.StructType table, Map<String, PiiRule> rules, byte @Nullable [] key) {
        this.table = table;
        this.root = MaskedPlace.root(rules);
        this.masks = new ExpectedMasks(key);
    }

    /**
     * The image that the row of a record must have.
     *
     * @param writer null for a tombstone
     * @param value Avro bytes without framing; null for a tombstone
     */
    public RowImage sent(
            long timestampMillis,
            byte @Nullable [] key,
            int schemaId,
            @Nullable Schema writer,
            @Nullable ByteBuffer value) {
        GenericRecord record = writer == null || value == null ? null : read(writer, value);
        long micros = Math.max(-LARGEST_MILLIS, Math.min(LARGEST_MILLIS, timestampMillis)) * 1000;
        return image(hidden -> {
            Map<String, @Nullable Object> columns = new HashMap<>();
            if (writer != null && value != null) {
                if (record != null) {
                    columns.putAll(new SentColumns(masks, hidden).record(writer, record, table, true, root));
                }
                columns.put(VALUE, value(writer, value, record, new KeptValue(masks, hidden)));
            }
            PiiAction ofKey = actionOfKey();
            ByteBuffer bytes = key == null ? null : ByteBuffer.wrap(key);
            Object masked = bytes == null || ofKey == PiiAction.KEEP || hidden.contains(ofKey)
                    ? bytes
                    : masks.key(ofKey, bytes);
            own(columns, hidden, micros, masked, writer == null ? null : schemaId);
            return columns;
        });
    }

    /**
     * The image that a row has.
     *
     * @param row as Iceberg's internal reader gives it
     * @param writer the schema of its {@code _schema_id}; null for a tombstone
     * @param rebuilt the Avro bytes that the row stands for; null for a tombstone and when it stands for none
     */
    public RowImage landed(StructLike row, @Nullable Schema writer, @Nullable ByteBuffer rebuilt) {
        GenericRecord record = writer == null || rebuilt == null ? null : read(writer, rebuilt);
        Schema shape = writer == null ? Schema.createRecord("Nothing", null, "", false, List.of()) : writer;
        return image(hidden -> {
            Map<String, @Nullable Object> columns =
                    new HashMap<>(new LandedColumns(hidden).struct(shape, row, table, true, root));
            if (writer != null) {
                columns.put(VALUE, value(writer, rebuilt, record, new KeptValue(null, hidden)));
            } else if (at(row, BronzeColumns.PAYLOAD) != null) {
                columns.put(BronzeColumns.PAYLOAD, at(row, BronzeColumns.PAYLOAD));
            }
            own(
                    columns,
                    hidden,
                    at(row, BronzeColumns.TIMESTAMP),
                    at(row, BronzeColumns.KEY),
                    at(row, BronzeColumns.SCHEMA_ID));
            return columns;
        });
    }

    /** Looks at values without what is under some rules. */
    @FunctionalInterface
    private interface Look {
        Map<String, @Nullable Object> at(Set<PiiAction> hidden);
    }

    private RowImage image(Look look) {
        SortedMap<String, String> masked = new TreeMap<>();
        if (!root.rules().isEmpty()) {
            masked = texts(look.at(masks.keyed() ? Set.of() : Set.of(PiiAction.HASH)));
        }
        return new RowImage(texts(look.at(PERSONAL)), masked);
    }

    private static SortedMap<String, String> texts(Map<String, @Nullable Object> columns) {
        SortedMap<String, String> texts = new TreeMap<>();
        columns.forEach((column, value) -> texts.put(column, ImageText.of(value)));
        return texts;
    }

    /** Byte for byte where no rule changes the bytes, else value by value. */
    private @Nullable Object value(
            Schema writer, @Nullable ByteBuffer bytes, @Nullable GenericRecord record, KeptValue kept) {
        if (root.rules().isEmpty()) {
            return bytes == null ? UNREADABLE : bytes;
        }
        return record == null ? UNREADABLE : kept.of(writer, record, root);
    }

    private void own(
            Map<String, @Nullable Object> columns,
            Set<PiiAction> hidden,
            @Nullable Object timestamp,
            @Nullable Object key,
            @Nullable Object schemaId) {
        columns.put(BronzeColumns.TIMESTAMP, timestamp);
        columns.put(BronzeColumns.SCHEMA_ID, schemaId);
        columns.put(BronzeColumns.KEY, hidden.contains(actionOfKey()) ? ImageText.Hidden.HERE : key);
    }

    private PiiAction actionOfKey() {
        PiiRule rule = root.rules().get(BronzeColumns.KEY);
        return rule == null ? PiiAction.KEEP : rule.action();
    }

    private @Nullable Object at(StructLike row, String column) {
        return row.get(table.fields().indexOf(table.field(column)), Object.class);
    }

    private @Nullable GenericRecord read(Schema writer, ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        try {
            return readers.computeIfAbsent(writer, schema -> new GenericDatumReader<>(schema))
                    .read(null, DecoderFactory.get().binaryDecoder(copy, null));
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
            return null;
        }
    }
}
