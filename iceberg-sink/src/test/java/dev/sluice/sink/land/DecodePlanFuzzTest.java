package dev.sluice.sink.land;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.sluice.schemas.orders.OrderSchemas;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/**
 * A million mutated and random byte strings: every one is a row or a rejection, and costs no more memory than its size
 * allows.
 */
class DecodePlanFuzzTest {
    private static final int SCHEMAS = 100;
    private static final int INPUTS_PER_SCHEMA = 10_000;
    private static final long BYTES_PER_BYTE = 600;
    private static final long BYTES_PER_VALUE = 64 << 10;

    private static final Schema RECURSIVE = new Schema.Parser()
            .parse("{\"type\":\"record\",\"name\":\"Tree\",\"fields\":[{\"name\":\"label\",\"type\":\"string\"},"
                    + "{\"name\":\"children\",\"type\":{\"type\":\"array\",\"items\":\"Tree\"}}]}");

    @Test
    void no_bad_record_kills_the_task_and_memory_stays_bounded() {
        Map<RejectReason, Integer> reasons = new EnumMap<>(RejectReason.class);
        int rows = 0;
        for (int seed = 0; seed < SCHEMAS; seed++) {
            Random random = new Random(seed);
            RandomAvro avro = new RandomAvro(seed);
            Schema schema = seed == 0 ? OrderSchemas.v2() : seed == 1 ? RECURSIVE : avro.record(0);
            LandingSpec spec = seed % 2 == 0 ? LandingSpec.defaults() : masked(schema);
            DecodePlan plan = plan(schema, spec);
            Workbench bench = bench(schema, spec);
            DecodePlan direct = bench.plan(1, schema);
            List<byte[]> good = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                good.add(BronzeFixture.encode(schema, valueOf(avro, schema, i)));
            }
            for (int i = 0; i < INPUTS_PER_SCHEMA; i++) {
                byte[] input = mutated(good.get(i % good.size()), random);
                long before = allocated();
                Landed landed = plan.decode(input, 0);
                long cost = allocated() - before;
                if (cost > BYTES_PER_VALUE) {
                    // The first message of a kind also loads the classes that build it.
                    before = allocated();
                    landed = plan.decode(input, 0);
                    cost = allocated() - before;
                }
                if (cost > BYTES_PER_VALUE + BYTES_PER_BYTE * input.length) {
                    fail("%d bytes allocated, seed %d, input %d of %d bytes", cost, seed, i, input.length);
                }
                bench.columns().mark();
                before = allocated();
                Landed answer = direct.decode(input, 0);
                cost = allocated() - before;
                bench.columns().rollback();
                if (!answer.equals(landed)) {
                    fail("the direct plan says %s instead of %s, seed %d, input %d", answer, landed, seed, i);
                }
                if (cost > BYTES_PER_VALUE * 2 + BYTES_PER_BYTE * input.length) {
                    fail("%d bytes allocated by the direct plan, seed %d, input %d", cost, seed, i);
                }
                if (landed instanceof Landed.Rejected rejected) {
                    reasons.merge(rejected.reason(), 1, Integer::sum);
                    if (rejected.detail().isBlank()) {
                        fail("a rejection without a word, seed %d, input %d", seed, i);
                    }
                } else {
                    rows++;
                }
            }
        }
        System.out.printf("%d rows, rejected %s%n", rows, reasons);
        assertThat(rows + reasons.values().stream().mapToInt(Integer::intValue).sum())
                .isGreaterThanOrEqualTo(1_000_000);
        assertThat(rows).isPositive();
        assertThat(reasons).containsKeys(RejectReason.TRUNCATED, RejectReason.TRAILING_BYTES, RejectReason.CORRUPT);
    }

    @Test
    void an_absurd_length_at_any_place_is_refused_without_allocating_it() {
        Schema schema = new Schema.Parser().parse("""
                {"type":"record","name":"All","fields":[
                  {"name":"text","type":"string"},{"name":"bytes","type":"bytes"},
                  {"name":"list","type":{"type":"array","items":"long"}},
                  {"name":"empties","type":{"type":"array","items":"null"}},
                  {"name":"map","type":{"type":"map","values":"string"}}]}""");
        DecodePlan plan = plan(schema, LandingSpec.defaults());
        // A text, bytes and three collections, all empty.
        byte[] start = new byte[5];
        plan.decode(start, 0);
        for (long length :
                new long[] {16 << 20, (16 << 20) + 1, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, -1L << 40}) {
            byte[] absurd = AvroBytes.number(length);
            for (int field = 0; field < 5; field++) {
                byte[] value = new byte[field + absurd.length + 20];
                System.arraycopy(absurd, 0, value, field, absurd.length);
                plan.decode(value, 0);
                long before = allocated();
                Landed landed = plan.decode(value, 0);
                assertThat(allocated() - before)
                        .as("field %d, length %d", field, length)
                        .isLessThan(BYTES_PER_VALUE);
                assertThat(landed).isInstanceOf(Landed.Rejected.class);
            }
        }
    }

    private static Object valueOf(RandomAvro avro, Schema schema, int i) {
        if (schema.getFullName().equals("Tree")) {
            return RejectReasonsTest.tree(schema, i % 5);
        }
        return schema.getFullName().endsWith("OrderEvent") ? OrderEvents.event(schema, i) : avro.value(schema);
    }

    private static LandingSpec masked(Schema schema) {
        String first = schema.getFields().get(0).name();
        return LandingSpec.defaults().withPii(new PiiRules(Map.of(first, PiiAction.HASH), new byte[16]));
    }

    static DecodePlan plan(Schema schema, LandingSpec spec) {
        BronzeFixture bronze = new BronzeFixture();
        Types.StructType table =
                bronze.tables.evolved(bronze.name, 1, schema).schema().asStruct();
        return DecodePlan.intoRow(
                schema,
                table,
                spec,
                new Masks(spec.pii()),
                new StructRow(table.fields().size()));
    }

    private static Workbench bench(Schema schema, LandingSpec spec) {
        BronzeFixture bronze = new BronzeFixture();
        return new Workbench(bronze.tables.evolved(bronze.name, 1, schema), spec, new Workbenches());
    }

    static byte[] mutated(byte[] good, Random random) {
        if (random.nextInt(8) == 0) {
            byte[] noise = new byte[1 + random.nextInt(200)];
            random.nextBytes(noise);
            return noise;
        }
        int size = Math.max(1, good.length + (random.nextInt(3) == 0 ? random.nextInt(9) - 4 : 0));
        byte[] bytes = java.util.Arrays.copyOf(good, size);
        for (int n = random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = (byte) 0xFF;
                default -> {
                    for (int i = at; i < Math.min(bytes.length, at + 9); i++) {
                        bytes[i] = (byte) 0xFF;
                    }
                }
            }
        }
        return bytes;
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
