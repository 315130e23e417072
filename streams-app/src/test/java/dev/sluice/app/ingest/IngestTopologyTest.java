package dev.sluice.app.ingest;

import static dev.sluice.app.ingest.OrdersFixture.CLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.app.dlq.DeadLetterHeaders;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.retry.Backoff;
import dev.sluice.app.retry.Pause;
import dev.sluice.app.retry.Retry;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ledger.RangeCounts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestTopologyTest {
    private static final byte[] KEY = {1, 2};

    @TempDir
    Path folder;

    private final ScriptedRegistry registry = new ScriptedRegistry();
    private final ThreadBatches batches = new ThreadBatches(new FixedPositions());
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> orders;
    private TestOutputTopic<byte[], byte[]> deadLetters;

    @BeforeEach
    void start() {
        registry.schemas.put(OrdersFixture.SCHEMA_ID, OrdersFixture.SCHEMA);
        Retry retry = new Retry(
                Duration.ofSeconds(5), new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)), new Pause(), CLOCK);
        IngestTopology topology = new IngestTopology(
                List.of(OrdersFixture.target()),
                batches,
                target -> new LandingProcessor(
                        "pipeline", target, new WriterSchemas(registry, target, retry, CLOCK), batches, Faults.none()));
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        driver = new TopologyTestDriver(topology.build(), properties, Instant.EPOCH);
        orders = driver.createInputTopic("orders", new ByteArraySerializer(), new ByteArraySerializer());
        deadLetters = driver.createOutputTopic("orders.dlq", new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void good_records_land_and_tombstones_too() {
        orders.pipeInput(KEY, OrdersFixture.order("a"));
        orders.pipeInput(new TestRecord<>(KEY, null));

        assertThat(deadLetters.isEmpty()).isTrue();
        assertThat(landed(2)).isEqualTo(new RangeCounts(1, 1, 0));
    }

    @Test
    void rejected_records_go_to_the_dead_letter_topic_untouched_with_their_reason() {
        byte[] whole = OrdersFixture.order("abc");
        byte[] unknown = whole.clone();
        unknown[4] = 99;
        byte[] truncated = Arrays.copyOf(whole, whole.length - 1);
        byte[] trailing = Arrays.copyOf(whole, whole.length + 1);
        List<byte[]> values = List.of(
                new byte[0], "text".getBytes(StandardCharsets.UTF_8), new byte[] {0, 0}, unknown, truncated, trailing);
        for (byte[] value : values) {
            orders.pipeInput(new TestRecord<>(KEY, value, new RecordHeaders().add("trace", new byte[] {9}), 1_234L));
        }

        List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();

        assertThat(letters.stream().map(letter -> header(letter.headers(), DeadLetterHeaders.REASON)))
                .containsExactly(
                        "EMPTY_VALUE", "NO_FRAMING", "NO_FRAMING", "UNKNOWN_SCHEMA_ID", "TRUNCATED", "TRAILING_BYTES");
        for (int i = 0; i < values.size(); i++) {
            TestRecord<byte[], byte[]> letter = letters.get(i);
            assertThat(letter.value()).isEqualTo(values.get(i));
            assertThat(letter.key()).isEqualTo(KEY);
            assertThat(letter.timestamp()).isEqualTo(1_234L);
            assertThat(letter.headers().lastHeader("trace").value()).containsExactly(9);
            assertThat(header(letter.headers(), "__connect.errors.offset")).isEqualTo(Integer.toString(i));
        }
        assertThat(landed(6)).isEqualTo(new RangeCounts(0, 0, 6));
    }

    @Test
    void a_registry_that_comes_back_in_time_costs_nothing() {
        registry.failures = 3;

        orders.pipeInput(KEY, OrdersFixture.order("a"));

        assertThat(registry.calls).isEqualTo(4);
        assertThat(landed(1)).isEqualTo(new RangeCounts(1, 0, 0));
    }

    @Test
    void a_registry_that_stays_away_ends_the_thread_and_makes_no_dead_letter() {
        registry.failures = Integer.MAX_VALUE;
        Pause stopping = new Pause();
        stopping.stop();
        Retry impatient = new Retry(Duration.ZERO, Backoff.STANDARD, stopping, CLOCK);
        WriterSchemas schemas = new WriterSchemas(registry, OrdersFixture.target(), impatient, CLOCK);

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> schemas.of(OrdersFixture.SCHEMA_ID))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.REGISTRY_UNAVAILABLE));
        StreamsException thrown =
                new StreamsException(new RuntimeException(new SluiceException(ErrorCode.REGISTRY_UNAVAILABLE, "away")));
        assertThat(Failures.of(thrown).code()).isEqualTo(ErrorCode.REGISTRY_UNAVAILABLE);
    }

    @Test
    void an_unknown_schema_is_not_asked_for_at_every_record() {
        byte[] unknown = OrdersFixture.order("a");
        unknown[4] = 99;
        for (int i = 0; i < 50; i++) {
            orders.pipeInput(KEY, unknown);
        }

        assertThat(registry.calls).isEqualTo(1);
        assertThat(deadLetters.getQueueSize()).isEqualTo(50);
        assertThat(registry.forgotten).isEmpty();
    }

    @Test
    void a_record_that_was_put_back_lets_the_client_forget_that_its_schema_was_unknown_once() {
        byte[] unknown = OrdersFixture.order("a");
        unknown[4] = 99;
        Headers headers = new RecordHeaders().add(DeadLetterHeaders.REPLAY_OF, new byte[] {1});
        for (int i = 0; i < 50; i++) {
            orders.pipeInput(new TestRecord<>(KEY, unknown, headers));
        }

        assertThat(registry.forgotten).containsExactly(99);
        assertThat(registry.calls).isEqualTo(1);
    }

    private RangeCounts landed(long to) {
        return batches.current()
                .finish(
                        Map.of(OrdersFixture.P0, new OffsetAndMetadata(to)),
                        new BatchIdentity("pipeline", "instance", "batch", CLOCK.instant()))
                .get(0)
                .counts();
    }

    private static String header(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
