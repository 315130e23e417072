package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class RecordSenderTest {
    private static final SchemaIds IDS = new SchemaIds(1, 2, 3);
    private final LoadSpec spec = LoadSpec.defaults().withEvents(2_000).withOrders(400);
    private final ManualClock clock = new ManualClock();
    private final List<LoadProgress> reports = new ArrayList<>();

    @Test
    void every_record_goes_to_its_partition_with_its_timestamp_in_order() {
        MockProducer<byte[], byte[]> producer = producer(true);
        LoadSummary summary = send(producer, Skip.nothing(spec));
        List<LoadRecord> expected = new ArrayList<>();
        new LoadGenerator(spec, IDS).forEachRemaining(expected::add);
        assertThat(producer.history()).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            ProducerRecord<byte[], byte[]> sent = producer.history().get(i);
            assertThat(sent.topic()).isEqualTo("orders");
            assertThat(sent.partition()).isEqualTo(expected.get(i).partition());
            assertThat(sent.timestamp()).isEqualTo(expected.get(i).timestampMillis());
            assertThat(sent.key()).isEqualTo(expected.get(i).key());
            assertThat(sent.value()).isEqualTo(expected.get(i).value());
        }
        assertThat(summary.records()).isEqualTo(2_000);
        assertThat(summary.kinds().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(2_000);
        assertThat(summary.malformed().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(20);
        assertThat(summary.partitions())
                .isEqualTo(ExpectedTables.of(spec).partitions().stream()
                        .map(PartitionCount::records)
                        .toList());
    }

    @Test
    void a_load_that_was_cut_off_is_finished_without_duplicates() {
        MockProducer<byte[], byte[]> producer = producer(true);
        send(producer, Skip.nothing(spec));
        List<String> whole = identities(producer, 0);
        long[] there = new long[4];
        producer.history().subList(0, 777).forEach(record -> there[record.partition()]++);

        MockProducer<byte[], byte[]> second = producer(true);
        LoadSummary summary = send(second, Skip.of(spec, there));
        assertThat(identities(second, 0)).isEqualTo(whole.subList(777, 2_000));
        assertThat(summary.records()).isEqualTo(1_223);
        assertThat(summary.skipped()).isEqualTo(777);
    }

    @Test
    void progress_ends_with_everything_sent() {
        send(producer(true), Skip.nothing(spec));
        assertThat(reports.get(reports.size() - 1).records()).isEqualTo(2_000);
        assertThat(reports.get(reports.size() - 1).percent()).isEqualTo(100);
    }

    @Test
    void after_the_first_failure_nothing_more_is_sent_and_the_failure_is_told() {
        MockProducer<byte[], byte[]> producer = producer(false);
        RecordSender sender = new RecordSender(producer, "orders", this::ticking);
        List<LoadProgress> seen = new ArrayList<>();
        // The progress callback runs in mid-load, and fails the oldest record that is not acknowledged.
        assertThatThrownBy(() -> sender.send(spec, IDS, Skip.nothing(spec), progress -> {
                    seen.add(progress);
                    producer.errorNext(new TimeoutException("no leader"));
                }))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KAFKA_UNAVAILABLE))
                .hasMessageContaining("Cannot produce to topic orders: no leader, expected 2000 records")
                .hasMessageContaining("--resume");
        assertThat(producer.closed()).isTrue();
        assertThat(producer.history()).hasSizeLessThan(2_000);
    }

    @Test
    void a_transaction_that_fails_is_aborted_and_sent_again_as_a_whole() {
        MockProducer<byte[], byte[]> producer = producer(true);
        send(producer, Skip.nothing(spec));
        List<String> whole = identities(producer, 0);

        AtomicInteger commits = new AtomicInteger();
        MockProducer<byte[], byte[]> transactional =
                new MockProducer<>(cluster(), true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public void commitTransaction() {
                        if (commits.incrementAndGet() == 2) {
                            throw new KafkaException("a batch was not acknowledged");
                        }
                        super.commitTransaction();
                    }
                };
        transactional.initTransactions();
        new TransactionalSender(transactional, "orders", clock).send(spec, IDS, reports::add);

        assertThat(commits).hasValue(5);
        assertThat(identities(transactional, 0)).isEqualTo(whole);
        assertThat(reports.get(reports.size() - 1).records()).isEqualTo(2_000);
    }

    /** Every look at the clock moves it by a tenth of a second. */
    private Instant ticking() {
        clock.advance(Duration.ofMillis(100));
        return clock.instant();
    }

    private LoadSummary send(MockProducer<byte[], byte[]> producer, Skip skip) {
        return new RecordSender(producer, "orders", clock).send(spec, IDS, skip, reports::add);
    }

    private static List<String> identities(MockProducer<byte[], byte[]> producer, int from) {
        return producer.history().subList(from, producer.history().size()).stream()
                .map(record -> record.partition() + "/" + record.timestamp() + "/" + Arrays.hashCode(record.value()))
                .toList();
    }

    private static MockProducer<byte[], byte[]> producer(boolean acknowledges) {
        return new MockProducer<>(cluster(), acknowledges, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Cluster cluster() {
        Node node = new Node(0, "localhost", 9092);
        Node[] replicas = {node};
        List<PartitionInfo> partitions = IntStream.range(0, 4)
                .mapToObj(partition -> new PartitionInfo("orders", partition, node, replicas, replicas))
                .toList();
        return new Cluster("test", List.of(node), partitions, Set.of(), Set.of());
    }
}
