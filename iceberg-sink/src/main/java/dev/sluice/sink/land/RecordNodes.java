package dev.sluice.sink.land;

import dev.sluice.sink.land.columns.BytesColumn;
import dev.sluice.sink.land.columns.ColumnNode;
import dev.sluice.sink.land.columns.NumberColumn;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** The columns that describe the Kafka record, when values go straight into columns. Used by one thread. */
final class RecordNodes {
    private final BytesColumn topic;
    private final NumberColumn partition;
    private final NumberColumn offset;
    private final NumberColumn timestamp;
    private final BytesColumn key;
    private final NumberColumn schemaId;
    private final NumberColumn ingestedAt;
    private final BytesColumn payload;
    private String topicName = "";
    private byte[] topicBytes = new byte[0];

    RecordNodes(Types.StructType table, List<ColumnNode> nodes) {
        topic = bytes(table, nodes, BronzeColumns.TOPIC);
        partition = number(table, nodes, BronzeColumns.PARTITION);
        offset = number(table, nodes, BronzeColumns.OFFSET);
        timestamp = number(table, nodes, BronzeColumns.TIMESTAMP);
        key = bytes(table, nodes, BronzeColumns.KEY);
        schemaId = number(table, nodes, BronzeColumns.SCHEMA_ID);
        ingestedAt = number(table, nodes, BronzeColumns.INGESTED_AT);
        payload = bytes(table, nodes, BronzeColumns.PAYLOAD);
    }

    void add(
            RecordPosition at,
            byte @Nullable [] keyBytes,
            @Nullable Integer id,
            long nowMillis,
            @Nullable ByteBuffer payloadBytes) {
        if (!topicName.equals(at.topic())) {
            topicName = at.topic();
            topicBytes = topicName.getBytes(StandardCharsets.UTF_8);
        }
        topic.add(topicBytes, 0, topicBytes.length, 0);
        partition.add(at.partition(), 0);
        offset.add(at.offset(), 0);
        timestamp.add(RecordColumns.micros(at.timestampMillis()), 0);
        ingestedAt.add(RecordColumns.micros(nowMillis), 0);
        if (keyBytes == null) {
            key.addNull(0, 0);
        } else {
            key.add(keyBytes, 0, keyBytes.length, 0);
        }
        if (id == null) {
            schemaId.addNull(0, 0);
        } else {
            schemaId.add(id, 0);
        }
        if (payloadBytes == null) {
            payload.addNull(0, 0);
        } else {
            payload.add(payloadBytes, 0);
        }
    }

    private static BytesColumn bytes(Types.StructType table, List<ColumnNode> nodes, String name) {
        return (BytesColumn) leaf(table, nodes, name).column();
    }

    private static NumberColumn number(Types.StructType table, List<ColumnNode> nodes, String name) {
        return (NumberColumn) leaf(table, nodes, name).column();
    }

    private static ColumnNode.Leaf leaf(Types.StructType table, List<ColumnNode> nodes, String name) {
        return (ColumnNode.Leaf) nodes.get(table.fields().indexOf(table.field(name)));
    }
}
