package dev.sluice.app.twin;

import dev.sluice.app.config.DlqTableConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetterHeaders;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.dlq.DlqReader;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.kafka.TopicFacts;
import dev.sluice.sink.deadletter.DeadLetterRow;
import dev.sluice.sink.deadletter.DeadLetterTable;
import dev.sluice.sink.land.RecordPosition;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.LedgerEntry;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.SourcePartition;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Brings the table of one source's dead letters up to date with the topic. */
final class DeadLetterTwin {
    private static final int CHUNK_ROWS = 10_000;
    private static final long CHUNK_BYTES = 32L << 20;

    private final SourceConfig source;
    private final Catalog catalog;
    private final InstantSource clock;
    private final DlqReader reader = new DlqReader();

    DeadLetterTwin(SourceConfig source, Catalog catalog, InstantSource clock) {
        this.source = source;
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * How far the table has come.
     *
     * @param rows in the table, over all time
     * @param hidden whether records may still be hidden behind an open transaction
     */
    record Progress(long rows, boolean hidden) {}

    SourceConfig source() {
        return source;
    }

    /**
     * Appends what the topic has more than the table.
     *
     * @return how far it came
     */
    Progress land(Cluster cluster, DeadLetterFeed feed) {
        Optional<TopicFacts> topic = cluster.topic(source.dlq());
        if (topic.isEmpty()) {
            return new Progress(0, false);
        }
        DeadLetterTable table = DeadLetterTable.open(
                catalog, TableIdentifier.parse(source.dlqTable().name()), clock);
        Ledger ledger = table.ledger();
        String clusterId = cluster.id();
        boolean hidden = false;
        for (int i = 0; i < topic.get().partitions(); i++) {
            TopicPartition partition = new TopicPartition(source.dlq(), i);
            long highest = cluster.logEnd(partition);
            long end = feed.end(partition);
            hidden |= end < highest;
            SourcePartition place = new SourcePartition(clusterId, topic.get().id(), source.dlq(), i);
            long start = feed.start(partition);
            // Records that were deleted before they were landed leave a gap, which the commit refuses to paper over.
            long from = Math.max(start, ledger.entry(place).map(LedgerEntry::to).orElse(start));
            if (from < end) {
                Chunk chunk = new Chunk(table, place, from);
                feed.read(partition, from, end, chunk::add);
                chunk.flush();
            }
        }
        return new Progress(table.ledger().counts().rows(), hidden);
    }

    /** Rows on their way into one snapshot. */
    private final class Chunk {
        private final DeadLetterTable table;
        private final SourcePartition place;
        private final List<DeadLetterRow> rows = new ArrayList<>();
        private long from;
        private long bytes;

        Chunk(DeadLetterTable table, SourcePartition place, long from) {
            this.table = table;
            this.place = place;
            this.from = from;
        }

        void add(ConsumerRecord<byte[], byte[]> record) {
            rows.add(row(record));
            bytes += record.serializedValueSize();
            if (rows.size() >= CHUNK_ROWS || bytes >= CHUNK_BYTES) {
                flush();
            }
        }

        /** The range ends with its last record; the markers after it are read again next time. */
        void flush() {
            if (rows.isEmpty()) {
                return;
            }
            long to = rows.get(rows.size() - 1).dlqOffset() + 1;
            table.append(new OffsetRange(place, from, to), rows);
            rows.clear();
            bytes = 0;
            from = to;
        }
    }

    private DeadLetterRow row(ConsumerRecord<byte[], byte[]> record) {
        DeadLetterView letter = reader.read(record);
        DlqTableConfig columns = source.dlqTable();
        boolean keep = columns.value() == DlqTableConfig.Value.KEEP;
        Map<String, @Nullable ByteBuffer> headers = new LinkedHashMap<>();
        // No rule can name a header, so where values stay out, those of headers do too.
        letter.headers()
                .forEach(header -> headers.put(
                        header.key(),
                        keep || header.key().startsWith(DeadLetterHeaders.OURS) ? buffer(header.value()) : null));
        return new DeadLetterRow(
                new RecordPosition(letter.topic(), letter.partition(), letter.offset(), record.timestamp()),
                letter.reason(),
                letter.detail(),
                letter.schemaId(),
                source.keyIsPersonal() ? null : buffer(letter.key()),
                keep ? buffer(letter.value()) : null,
                letter.value() == null ? -1 : letter.value().length,
                headers,
                record.topic(),
                record.partition(),
                record.offset());
    }

    private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
