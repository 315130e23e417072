package dev.sluice.embedded.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.announce.Announcement;
import dev.sluice.app.announce.AnnouncementCodec;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.dlq.DlqReader;
import dev.sluice.sink.land.BronzeColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The judge of a landing: reads source topic, dead letters, announcements and the announced Parquet files (with DuckDB)
 * and compares offsets one by one.
 */
final class LandingProof {
    private final TestPlatform platform;
    private final SluiceConfig config;
    private final String topic;

    LandingProof(TestPlatform platform, SluiceConfig config) {
        this.platform = platform;
        this.config = config;
        this.topic = config.sources().get(0).topic();
    }

    /** Whether the ingest's committed offsets have reached the end of every partition. */
    boolean landedAll() {
        Map<TopicPartition, Long> committed = committed();
        return ends().entrySet().stream()
                .allMatch(end -> end.getValue() == 0 || committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    String state() {
        return "committed " + committed() + " of " + ends();
    }

    /** Every offset of every record is once in a file or once in the dead-letter topic, and ranges have no gap. */
    void verify() {
        Map<Integer, BitSet> records = offsets(read(topic));
        List<Announcement> announcements = announcements();
        Map<Integer, Long> committed = new TreeMap<>();
        committed().forEach((partition, offset) -> committed.put(partition.partition(), offset));

        assertThat(rangeEnds(announcements)).as("ends of the announced ranges").isEqualTo(committed);

        Map<Integer, BitSet> rows = rowOffsets(announcements);
        Map<Integer, BitSet> letters = new TreeMap<>();
        DlqReader reader = new DlqReader();
        for (ConsumerRecord<byte[], byte[]> letter :
                read(config.sources().get(0).dlq())) {
            DeadLetterView view = reader.read(letter);
            assertThat(view.dlqPartition()).isEqualTo(view.partition());
            once("dead letter", letters, view.partition(), view.offset());
        }
        records.forEach((partition, expected) -> {
            BitSet landed = (BitSet) rows.getOrDefault(partition, new BitSet()).clone();
            BitSet dead = letters.getOrDefault(partition, new BitSet());
            assertThat(landed.intersects(dead)).as("both landed and dead").isFalse();
            landed.or(dead);
            BitSet missing = (BitSet) expected.clone();
            missing.andNot(landed);
            BitSet extra = (BitSet) landed.clone();
            extra.andNot(expected);
            assertThat(missing).as("missing in partition " + partition).isEqualTo(new BitSet());
            assertThat(extra).as("too many in partition " + partition).isEqualTo(new BitSet());
        });
        assertThat(count(letters))
                .isEqualTo(announcements.stream()
                        .mapToLong(announcement -> announcement.counts().deadLetters())
                        .sum());
        assertThat(count(rows))
                .isEqualTo(announcements.stream()
                        .mapToLong(announcement -> announcement.counts().landed())
                        .sum());
    }

    /** The table holds exactly the rows of the announced files. */
    void verifyTable() {
        Map<Integer, BitSet> inTable = new TreeMap<>();
        Table table = platform.catalog()
                .loadTable(TableIdentifier.parse(config.sources().get(0).table()));
        try (CloseableIterable<Record> rows = IcebergGenerics.read(table)
                .select(BronzeColumns.PARTITION, BronzeColumns.OFFSET)
                .build()) {
            for (Record row : rows) {
                once("row of the table", inTable, (Integer) row.getField(BronzeColumns.PARTITION), (Long)
                        row.getField(BronzeColumns.OFFSET));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(inTable).isEqualTo(rowOffsets(announcements()));
    }

    /** The end of each partition, as a reader of committed records sees it. */
    Map<Integer, Long> endOffsets() {
        Map<Integer, Long> ends = new TreeMap<>();
        ends().forEach((partition, end) -> ends.put(partition.partition(), end));
        return ends;
    }

    List<Announcement> announcements() {
        AnnouncementCodec codec = new AnnouncementCodec();
        return read(SluiceConfig.ANNOUNCEMENT_TOPIC).stream()
                .map(record -> codec.fromBytes(record.value()))
                .filter(announcement -> announcement.pipeline().equals(config.name()))
                .toList();
    }

    private static Map<Integer, Long> rangeEnds(List<Announcement> announcements) {
        Map<Integer, Long> ends = new TreeMap<>();
        for (Announcement announcement : announcements) {
            int partition = announcement.range().source().partition();
            assertThat(announcement.range().from())
                    .as("start of %s", announcement.range())
                    .isEqualTo(ends.getOrDefault(partition, 0L));
            ends.put(partition, announcement.range().to());
        }
        return ends;
    }

    private static Map<Integer, BitSet> rowOffsets(List<Announcement> announcements) {
        Map<Integer, BitSet> rows = new TreeMap<>();
        List<String> paths = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        for (Announcement announcement : announcements) {
            for (String file : announcement.files()) {
                try {
                    String location = json.readTree(file).get("file-path").asText();
                    paths.add(Path.of(URI.create(location)).toString());
                } catch (JsonProcessingException e) {
                    throw new AssertionError(e);
                }
            }
        }
        if (paths.isEmpty()) {
            return rows;
        }
        String list = paths.stream().map(path -> "'" + path + "'").collect(Collectors.joining(","));
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement();
                ResultSet result = statement.executeQuery("select _kafka_partition, _kafka_offset from read_parquet(["
                        + list + "], union_by_name = true)")) {
            while (result.next()) {
                once("row", rows, result.getInt(1), result.getLong(2));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return rows;
    }

    private static void once(String what, Map<Integer, BitSet> seen, int partition, long offset) {
        BitSet offsets = seen.computeIfAbsent(partition, p -> new BitSet());
        assertThat(offsets.get((int) offset))
                .as("%s of %d@%d is there twice", what, partition, offset)
                .isFalse();
        offsets.set((int) offset);
    }

    private static long count(Map<Integer, BitSet> offsets) {
        return offsets.values().stream().mapToLong(BitSet::cardinality).sum();
    }

    private static Map<Integer, BitSet> offsets(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<Integer, BitSet> offsets = new TreeMap<>();
        records.forEach(record -> once("record", offsets, record.partition(), record.offset()));
        return offsets;
    }

    private Map<TopicPartition, Long> committed() {
        try {
            Map<TopicPartition, OffsetAndMetadata> offsets = platform.admin()
                    .listConsumerGroupOffsets(config.applicationId())
                    .partitionsToOffsetAndMetadata()
                    .get();
            Map<TopicPartition, Long> committed = new java.util.HashMap<>();
            offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
            return committed;
        } catch (ExecutionException e) {
            return Map.of();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Map<TopicPartition, Long> ends() {
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            return consumer.endOffsets(partitions(consumer, topic));
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String name) {
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = partitions(consumer, name);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    private static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String name) {
        return consumer.partitionsFor(name).stream()
                .map((PartitionInfo info) -> new TopicPartition(name, info.partition()))
                .toList();
    }

    private Consumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", platform.bootstrapServers(),
                        "isolation.level", "read_committed",
                        // All that is read is there; a fetch that waits for more holds up the close.
                        "fetch.max.wait.ms", "10"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
