package dev.sluice.sink.land;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.orders.OrderSchemas;
import dev.sluice.sink.bronze.BronzeTables;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.Test;

/**
 * The direct lane against the plain one, which shares neither its columns nor its encodings: the same answers, the same
 * rows read by Iceberg's own reader, the same counts and bounds. The seed of a failure is in its message.
 */
class LanesAgreeTest {
    private static final int SCHEMAS = 120;
    private static final int VALUES = 30;

    /** What one lane made of some values. */
    private record Outcome(List<Landed> answers, DataFile file, List<Record> rows, List<byte[]> rebuilt) {}

    private static Outcome land(
            boolean direct, LandingSpec spec, Map<String, String> properties, Schema schema, List<byte[]> values) {
        BronzeFixture bronze = new BronzeFixture();
        PartitionWriter writer = new PartitionWriter(
                new BronzeTables(bronze.catalog, properties),
                bronze.name,
                spec,
                () -> BronzeFixture.NOW,
                new LandingMemory(direct));
        List<Landed> answers = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            answers.add(BronzeFixture.land(writer, i, 7, schema, values.get(i)));
            if (i % 10 == 9) {
                writer.tombstone(BronzeFixture.at(100_000 + i), i % 20 == 9 ? null : new byte[] {9});
            }
        }
        LandedFiles files = writer.finish();
        assertThat(files.files()).hasSize(1);
        Table table = bronze.commit(files);
        DataFile file = files.files().get(0);
        Map<Integer, Schema> writers = new HashMap<>();
        writers.put(7, schema);
        writers.put(null, Schema.createRecord("None", null, "t", false, List.of()));
        return new Outcome(answers, file, BronzeFixture.rows(table), BronzeFixture.rebuilt(table, file, writers));
    }

    private static void assertAgree(String at, Outcome direct, Outcome plain) {
        assertThat(direct.answers()).as(at).isEqualTo(plain.answers());
        assertThat(direct.rows()).as(at).isEqualTo(plain.rows());
        assertThat(direct.rebuilt()).as(at).containsExactlyElementsOf(plain.rebuilt());
        DataFile one = direct.file();
        DataFile other = plain.file();
        assertThat(one.recordCount()).as(at).isEqualTo(other.recordCount());
        assertThat(one.valueCounts()).as(at).isEqualTo(other.valueCounts());
        assertThat(one.nullValueCounts()).as(at).isEqualTo(other.nullValueCounts());
        assertThat(one.nanValueCounts()).as(at).isEqualTo(other.nanValueCounts());
        assertThat(one.lowerBounds()).as(at).isEqualTo(other.lowerBounds());
        assertThat(one.upperBounds()).as(at).isEqualTo(other.upperBounds());
        assertThat(one.columnSizes().keySet())
                .as(at)
                .isEqualTo(other.columnSizes().keySet());
        assertThat(one.splitOffsets()).as(at).isNotEmpty();
    }

    @Test
    void random_schemas_and_values_good_and_bad_come_out_the_same() {
        int rejected = 0;
        for (int seed = 0; seed < SCHEMAS; seed++) {
            RandomAvro avro = new RandomAvro(seed);
            Random random = new Random(seed);
            Schema schema = avro.record(0);
            List<byte[]> values = new ArrayList<>();
            values.add(BronzeFixture.encode(schema, avro.value(schema)));
            for (int i = 1; i < VALUES; i++) {
                byte[] good = BronzeFixture.encode(schema, avro.value(schema));
                values.add(random.nextInt(4) > 0 ? good : DecodePlanFuzzTest.mutated(good, random));
            }
            LandingSpec spec = spec(schema, random);
            Outcome direct = land(true, spec, Map.of(), schema, values);
            Outcome plain = land(false, spec, Map.of(), schema, values);
            assertAgree("seed %d, %s, %s".formatted(seed, spec.pii().columns(), schema), direct, plain);
            rejected += (int) plain.answers().stream()
                    .filter(Landed.Rejected.class::isInstance)
                    .count();
        }
        assertThat(rejected).isBetween(SCHEMAS, SCHEMAS * VALUES / 2);
    }

    /** Now and then rules for personal data and checks on some field, which may be nested or of any type. */
    private static LandingSpec spec(Schema schema, Random random) {
        LandingSpec spec = LandingSpec.defaults();
        List<Schema.Field> fields = schema.getFields();
        String field = fields.get(random.nextInt(fields.size())).name();
        return switch (random.nextInt(4)) {
            case 0 -> spec.withPii(new PiiRules(Map.of(field, PiiAction.HASH), new byte[16]));
            case 1 -> spec.withPii(new PiiRules(Map.of(field, PiiAction.REDACT), new byte[16]));
            case 2 -> spec.withChecks(List.of(new Check.NotNull(field)));
            default -> spec;
        };
    }

    @Test
    void many_pages_row_groups_and_dictionaries_come_out_the_same() {
        Schema schema = OrderSchemas.v2();
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < 9_000; i++) {
            values.add(BronzeFixture.encode(schema, OrderEvents.event(schema, i)));
        }
        Map<String, String> small = Map.of(
                "write.parquet.page-row-limit", "500",
                "write.parquet.page-size-bytes", "20000",
                "write.parquet.dict-size-bytes", "4000",
                "write.parquet.row-group-size-bytes", "200000",
                "write.parquet.row-group-check-min-record-count", "100");
        Outcome direct = land(true, orderRules(), small, schema, values);
        Outcome plain = land(false, orderRules(), small, schema, values);
        assertAgree("orders", direct, plain);
        assertThat(direct.file().splitOffsets()).hasSizeGreaterThan(2);
    }

    @Test
    void the_file_of_the_direct_lane_is_not_the_larger_one() {
        Schema schema = OrderSchemas.v2();
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            values.add(BronzeFixture.encode(schema, OrderEvents.event(schema, i)));
        }
        Outcome direct = land(true, orderRules(), Map.of(), schema, values);
        Outcome plain = land(false, orderRules(), Map.of(), schema, values);
        assertThat(direct.file().fileSizeInBytes())
                .isLessThanOrEqualTo(plain.file().fileSizeInBytes());
    }

    /** The rules of the shipped pipeline, some of which reject some of the values. */
    private static LandingSpec orderRules() {
        return LandingSpec.defaults()
                .withPii(new PiiRules(Map.of("customer_email", PiiAction.HASH), new byte[16]))
                .withChecks(List.of(
                        new Check.NotNull("event_id"),
                        new Check.Matches(
                                "order_id", Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f-]{17}")),
                        new Check.Matches(
                                "event_id",
                                Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")),
                        new Check.Min("amount_cents", BigDecimal.valueOf(200)),
                        new Check.Max("order_version", BigDecimal.valueOf(3)),
                        new Check.Matches("currency", Pattern.compile("[A-Z]{3}"))));
    }
}
