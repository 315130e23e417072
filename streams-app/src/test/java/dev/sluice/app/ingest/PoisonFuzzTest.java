package dev.sluice.app.ingest;

import static dev.sluice.app.ingest.OrdersFixture.CLOCK;
import static dev.sluice.app.ingest.OrdersFixture.P0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.sluice.app.announce.Announcement;
import dev.sluice.app.dlq.DeadLetterHeaders;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.retry.Backoff;
import dev.sluice.app.retry.Pause;
import dev.sluice.app.retry.Retry;
import dev.sluice.sink.land.RejectReason;
import dev.sluice.sink.ledger.RangeCounts;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Poison at the level of whole Kafka records: framing, schema ids, payloads. Nothing dies, and each is accounted for.
 */
class PoisonFuzzTest {
    private static final int RECORDS = 1_000_000;
    private static final int RECORDS_PER_BATCH = 10_000;
    private static final int NOT_A_RECORD = 8;
    private static final int UNMEASURED = 5_000;
    private static final long LARGEST_ALLOCATION = 8 << 20;

    @TempDir
    Path folder;

    private final Random random = new Random(20_260_101);
    private final ScriptedRegistry registry = new ScriptedRegistry();
    private final ThreadBatches batches = new ThreadBatches(new FixedPositions());
    private final Map<RejectReason, Integer> reasons = new EnumMap<>(RejectReason.class);

    @Test
    void every_record_lands_or_is_a_dead_letter_with_a_reason_and_nothing_dies() {
        registry.schemas.put(OrdersFixture.SCHEMA_ID, OrdersFixture.SCHEMA);
        registry.schemas.put(NOT_A_RECORD, Schema.create(Schema.Type.STRING));
        MockProcessorContext<byte[], byte[]> context = context();
        LandingProcessor processor = processor();
        processor.init(context);
        RangeCounts counts = RangeCounts.NONE;
        long letters = 0;
        for (int i = 0; i < RECORDS; i++) {
            byte[] value = poison();
            byte[] untouched = value == null ? null : value.clone();
            context.setRecordMetadata("orders", 0, i);
            long before = allocated();
            processor.process(new Record<>(new byte[] {1}, value, i));
            long cost = allocated() - before;
            if (i > UNMEASURED && cost > LARGEST_ALLOCATION) {
                fail("record %d allocated %d bytes", i, cost);
            }
            letters += letters(context, untouched, i);
            if (i % RECORDS_PER_BATCH == RECORDS_PER_BATCH - 1) {
                counts = counts.plus(finish(i + 1));
            }
        }
        processor.close();
        System.out.printf("%s, rejected %s%n", counts, reasons);
        assertThat(counts.records()).isEqualTo(RECORDS);
        assertThat(counts.deadLetters()).isEqualTo(letters);
        assertThat(counts.rows()).isGreaterThan(RECORDS / 10);
        assertThat(counts.tombstones()).isPositive();
        assertThat(reasons)
                .containsKeys(
                        RejectReason.EMPTY_VALUE,
                        RejectReason.NO_FRAMING,
                        RejectReason.UNKNOWN_SCHEMA_ID,
                        RejectReason.UNMAPPABLE_SCHEMA,
                        RejectReason.TRUNCATED,
                        RejectReason.TRAILING_BYTES,
                        RejectReason.CORRUPT,
                        RejectReason.TOO_LARGE);
    }

    /** The one dead letter of the last record, or none. */
    private int letters(MockProcessorContext<byte[], byte[]> context, byte[] untouched, int record) {
        var forwarded = context.forwarded();
        if (forwarded.isEmpty()) {
            return 0;
        }
        Record<? extends byte[], ? extends byte[]> letter = forwarded.get(0).record();
        if (forwarded.size() > 1 || !Arrays.equals(letter.value(), untouched)) {
            fail("record %d: expected itself as its one dead letter, found %s", record, forwarded);
        }
        byte[] reason = letter.headers().lastHeader(DeadLetterHeaders.REASON).value();
        reasons.merge(RejectReason.valueOf(new String(reason, StandardCharsets.UTF_8)), 1, Integer::sum);
        context.resetForwards();
        return 1;
    }

    private RangeCounts finish(long to) {
        List<Announcement> announced = batches.current()
                .finish(
                        Map.of(P0, new OffsetAndMetadata(to)),
                        new BatchIdentity("pipeline", "instance", "batch", CLOCK.instant()));
        return announced.stream().map(Announcement::counts).reduce(RangeCounts.NONE, RangeCounts::plus);
    }

    private byte[] poison() {
        int kind = random.nextInt(100);
        if (kind == 0) {
            return null;
        }
        if (kind == 1) {
            return new byte[0];
        }
        if (kind < 12) {
            return noise(random.nextInt(60));
        }
        if (kind == 12 && random.nextInt(50) == 0) {
            return Arrays.copyOf(OrdersFixture.order("large"), (1 << 20) + 1);
        }
        byte[] value = OrdersFixture.order("order-" + "x".repeat(random.nextInt(40)));
        if (kind < 40) {
            return value;
        }
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            value = mutated(value);
        }
        return value;
    }

    private byte[] mutated(byte[] value) {
        int at = random.nextInt(value.length);
        switch (random.nextInt(7)) {
            case 0 -> value[at] = (byte) random.nextInt();
            case 1 -> value[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> value[Math.min(4, value.length - 1)] = (byte) NOT_A_RECORD;
            case 3 -> Arrays.fill(value, at, Math.min(value.length, at + 10), (byte) 0xFF);
            case 4 -> {
                return Arrays.copyOf(value, 1 + at);
            }
            case 5 -> {
                return Arrays.copyOf(value, value.length + 1 + random.nextInt(8));
            }
            default -> value[0] = (byte) random.nextInt(3);
        }
        return value;
    }

    private byte[] noise(int size) {
        byte[] noise = new byte[size];
        random.nextBytes(noise);
        return noise;
    }

    private MockProcessorContext<byte[], byte[]> context() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "poison");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        return new MockProcessorContext<>(properties, new TaskId(0, 0), folder.toFile());
    }

    private LandingProcessor processor() {
        Retry retry = new Retry(
                Duration.ofSeconds(5), new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)), new Pause(), CLOCK);
        LandingTarget target = OrdersFixture.target();
        return new LandingProcessor(
                "pipeline", target, new WriterSchemas(registry, target, retry, CLOCK), batches, Faults.none());
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
