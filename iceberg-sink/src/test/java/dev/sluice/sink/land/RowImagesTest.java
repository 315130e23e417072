package dev.sluice.sink.land;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.audit.RowImage;
import dev.sluice.sink.audit.RowImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** The audit's own idea of a row against what landing wrote: the same for sound rows, another for damaged ones. */
class RowImagesTest {
    private static final byte[] KEY = "a key of some length".getBytes(StandardCharsets.UTF_8);
    private static final byte[] RECORD_KEY = {1, 2};
    private static final int SEEDS = 150;
    private static final int WRITERS = 5;
    private static final int VALUES = 25;

    /** Rows of several writers in one table, and what was sent. */
    private record Landing(
            String at, Table table, List<DataFile> files, Map<Integer, Schema> writers, List<byte[]> sent) {
        private RowImage sent(RowImages images, long offset) {
            int id = (int) (offset % WRITERS);
            return images.sent(
                    BronzeFixture.at(offset).timestampMillis(),
                    RECORD_KEY,
                    id,
                    writers.get(id),
                    ByteBuffer.wrap(sent.get((int) offset)));
        }

        private RowImage landed(RowImages images, StructLike row) {
            Schema writer = writers.get(get(row, BronzeColumns.SCHEMA_ID));
            byte[] rebuilt = new BronzeRows(table.schema().asStruct()).rebuild(writer, row);
            return images.landed(row, writer, ByteBuffer.wrap(rebuilt));
        }

        private Object get(StructLike row, String column) {
            return row.get(position(column), Object.class);
        }

        private int position(String column) {
            return table.schema().columns().indexOf(table.schema().findField(column));
        }
    }

    @FunctionalInterface
    private interface Visitor {
        void row(StructLike row, long offset);
    }

    private static Landing land(int seed, Map<String, PiiRule> rules) {
        BronzeFixture bronze = new BronzeFixture();
        PartitionWriter writer = bronze.writer(LandingSpec.defaults().withPii(PiiRules.of(rules, KEY)));
        Map<Integer, Schema> writers = new HashMap<>();
        for (int id = 0; id < WRITERS; id++) {
            writers.put(id, new RandomAvro(seed * 10L + id).record(0));
        }
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < VALUES; i++) {
            Schema schema = writers.get(i % WRITERS);
            byte[] avro = BronzeFixture.encode(schema, new RandomAvro(seed * 1000L + i).value(schema));
            assertThat(BronzeFixture.land(writer, i, i % WRITERS, schema, avro)).isInstanceOf(Landed.Row.class);
            sent.add(avro);
        }
        LandedFiles files = writer.finish();
        return new Landing(
                "seed %d, rules %s, %s".formatted(seed, rules, writers),
                bronze.commit(files),
                files.files(),
                writers,
                sent);
    }

    private static void read(Landing landing, Visitor visitor) {
        for (DataFile file : landing.files()) {
            try (CloseableIterable<StructLike> rows = Parquet.read(
                            landing.table().io().newInputFile(file.location()))
                    .project(landing.table().schema())
                    .createReaderFunc(
                            fileSchema -> InternalReader.create(landing.table().schema(), fileSchema))
                    .build()) {
                rows.forEach(row -> visitor.row(row, (Long) landing.get(row, BronzeColumns.OFFSET)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Some rules on fields of whatever type, now and then below one that is nested. */
    private static Map<String, PiiRule> rules(int seed) {
        Random random = new Random(seed * 7_919L);
        Map<String, PiiRule> rules = new HashMap<>();
        for (int i = seed % 4; i > 0; i--) {
            PiiAction action = random.nextBoolean() ? PiiAction.HASH : PiiAction.REDACT;
            rules.put("f" + random.nextInt(6), new PiiRule(action, true));
            rules.put(
                    "f%d.f%d".formatted(random.nextInt(6), random.nextInt(3)),
                    new PiiRule(PiiAction.values()[random.nextInt(3)], true));
        }
        if (seed % 8 == 7) {
            rules.put(BronzeColumns.KEY, new PiiRule(PiiAction.HASH, false));
        }
        return rules;
    }

    private static RowImages images(Landing landing, Map<String, PiiRule> rules, byte[] key) {
        return new RowImages(landing.table().schema().asStruct(), rules, key);
    }

    @Test
    void rows_of_random_writers_under_random_rules_are_what_they_must_be() {
        int ruled = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Map<String, PiiRule> rules = rules(seed);
            Landing landing = land(seed, rules);
            RowImages images = images(landing, rules, KEY);
            RowImages keyless = images(landing, rules, null);
            read(landing, (row, offset) -> {
                RowImage sent = landing.sent(images, offset);
                assertThat(landing.landed(images, row)).as(landing.at()).isEqualTo(sent);
                assertThat(landing.landed(keyless, row)).as(landing.at()).isEqualTo(landing.sent(keyless, offset));
            });
            ruled += rules.isEmpty() ? 0 : 1;
        }
        assertThat(ruled).isBetween(SEEDS / 2, SEEDS - SEEDS / 5);
    }

    @Test
    void a_column_that_lost_its_value_is_named_whatever_its_type_and_rule() {
        int[] damaged = {0, 0};
        for (int seed = 0; seed < SEEDS; seed++) {
            Map<String, PiiRule> rules = rules(seed);
            Landing landing = land(seed, rules);
            RowImages images = images(landing, rules, KEY);
            List<Types.NestedField> columns = landing.table().schema().columns();
            read(landing, (row, offset) -> {
                RowImage sent = landing.sent(images, offset);
                boolean kept = landing.get(row, BronzeColumns.PAYLOAD) != null;
                for (Types.NestedField column : columns) {
                    boolean compared =
                            !column.name().startsWith("_") || column.name().equals(BronzeColumns.KEY);
                    if (compared && kept && holds(landing.get(row, column.name()))) {
                        RowImage image = landing.landed(images, new Without(row, landing.position(column.name())));
                        assertThat(image)
                                .as("%s of %s", column.name(), landing.at())
                                .isNotEqualTo(sent);
                        boolean plain = !image.plain().equals(sent.plain());
                        assertThat(plain ? image.plainDifferences(sent) : image.maskedDifferences(sent))
                                .hasSize(1);
                        damaged[plain ? 0 : 1]++;
                    }
                }
            });
        }
        assertThat(damaged[0]).isGreaterThan(1_000);
        assertThat(damaged[1]).isGreaterThan(200);
    }

    /** A struct of nothing but nulls is as good as none. */
    private static boolean holds(Object value) {
        if (value instanceof StructLike struct) {
            for (int i = 0; i < struct.size(); i++) {
                if (holds(struct.get(i, Object.class))) {
                    return true;
                }
            }
            return false;
        }
        return value != null;
    }

    /** A row with null in one column. */
    private record Without(StructLike row, int column) implements StructLike {
        @Override
        public int size() {
            return row.size();
        }

        @Override
        public <T> T get(int pos, Class<T> javaClass) {
            return pos == column ? null : row.get(pos, javaClass);
        }

        @Override
        public <T> void set(int pos, T value) {
            throw new UnsupportedOperationException();
        }
    }
}
