package dev.sluice.sink.land;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.junit.jupiter.api.Test;

/** One bad record per reason, and what its detail says. */
class RejectReasonsTest {
    private static final Schema PERSON = SchemaBuilder.record("Person")
            .fields()
            .requiredString("name")
            .optionalInt("age")
            .name("tags")
            .type()
            .array()
            .items()
            .stringType()
            .noDefault()
            .endRecord();
    private static final byte[] ANN = {6, 'A', 'n', 'n', 2, 10, 2, 2, 'x', 0};

    static GenericData.Record tree(Schema schema, int depth) {
        GenericData.Record tree = new GenericData.Record(schema);
        tree.put("label", "n" + depth);
        List<GenericData.Record> children = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            children.add(tree(schema, depth - 1 - i));
        }
        tree.put("children", children);
        return tree;
    }

    private static Landed decode(Schema schema, LandingSpec spec, int... bytes) {
        byte[] value = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            value[i] = (byte) bytes[i];
        }
        return DecodePlanFuzzTest.plan(schema, spec).decode(value, 0);
    }

    private static Landed person(int... bytes) {
        return decode(PERSON, LandingSpec.defaults(), bytes);
    }

    private static Landed checked(Check check) {
        LandingSpec spec = LandingSpec.defaults().withChecks(List.of(check));
        return DecodePlanFuzzTest.plan(PERSON, spec).decode(ANN, 0);
    }

    private static Landed.Rejected rejected(RejectReason reason, String detail) {
        return new Landed.Rejected(reason, detail);
    }

    @Test
    void a_good_value_is_a_row() {
        assertThat(DecodePlanFuzzTest.plan(PERSON, LandingSpec.defaults()).decode(ANN, 0))
                .isEqualTo(new Landed.Row(false));
    }

    @Test
    void empty_value() {
        assertThat(person()).isEqualTo(rejected(RejectReason.EMPTY_VALUE, "expected a framed value, found no bytes"));
    }

    @Test
    void no_framing_when_the_value_is_shorter_than_its_header() {
        assertThat(DecodePlanFuzzTest.plan(PERSON, LandingSpec.defaults()).decode(new byte[3], 5))
                .isEqualTo(rejected(RejectReason.NO_FRAMING, "expected a header of 5 bytes, found 3"));
    }

    @Test
    void truncated_says_the_field_and_the_byte() {
        assertThat(person(6, 'A', 'n'))
                .isEqualTo(rejected(
                        RejectReason.TRUNCATED,
                        "field name, byte 1: expected 3 more bytes, found 2 bytes until the end"));
        for (int length = 1; length < ANN.length; length++) {
            Landed landed =
                    DecodePlanFuzzTest.plan(PERSON, LandingSpec.defaults()).decode(Arrays.copyOf(ANN, length), 0);
            assertThat(((Landed.Rejected) landed).reason()).isEqualTo(RejectReason.TRUNCATED);
        }
    }

    @Test
    void trailing_bytes_says_how_many() {
        assertThat(person(6, 'A', 'n', 'n', 0, 0, 1, 2))
                .isEqualTo(rejected(RejectReason.TRAILING_BYTES, "byte 6: expected the end, found 2 more bytes"));
    }

    @Test
    void corrupt_negative_length() {
        assertThat(person(1))
                .isEqualTo(rejected(
                        RejectReason.CORRUPT, "field name, byte 0: expected a length of 0 to 16777216, found -1"));
    }

    @Test
    void corrupt_length_bomb_is_refused_before_anything_is_allocated() {
        assertThat(person(0xFE, 0xFF, 0xFF, 0xFF, 0x0F))
                .isEqualTo(rejected(
                        RejectReason.CORRUPT,
                        "field name, byte 0: expected a length of 0 to 16777216, found 2147483647"));
    }

    @Test
    void corrupt_union_branch() {
        assertThat(person(6, 'A', 'n', 'n', 4))
                .isEqualTo(rejected(
                        RejectReason.CORRUPT, "field age, byte 4: expected a union branch of 0 to 1, found 2"));
    }

    @Test
    void corrupt_enum_index() {
        Schema schema = SchemaBuilder.record("E")
                .fields()
                .name("e")
                .type()
                .enumeration("Color")
                .symbols("RED", "BLUE")
                .noDefault()
                .endRecord();
        assertThat(decode(schema, LandingSpec.defaults(), 4))
                .isEqualTo(
                        rejected(RejectReason.CORRUPT, "field e, byte 0: expected a symbol index of 0 to 1, found 2"));
    }

    @Test
    void corrupt_text_in_a_list_says_the_element() {
        assertThat(person(6, 'A', 'n', 'n', 0, 4, 2, 'a', 2, 0xC0, 0))
                .isEqualTo(rejected(
                        RejectReason.CORRUPT, "field tags[1], byte 9: expected valid UTF-8, found something else"));
    }

    @Test
    void corrupt_number_of_too_many_bits() {
        assertThat(person(6, 'A', 'n', 'n', 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1))
                .isEqualTo(rejected(
                        RejectReason.CORRUPT, "field age, byte 5: expected a number of at most 32 bits, found more"));
    }

    @Test
    void corrupt_bomb_of_items_without_bytes() {
        Schema schema = SchemaBuilder.record("N")
                .fields()
                .name("n")
                .type()
                .array()
                .items()
                .nullType()
                .noDefault()
                .endRecord();
        assertThat(decode(schema, LandingSpec.defaults(), 0xFE, 0xFF, 0xFF, 0x7F, 0))
                .isEqualTo(rejected(
                        RejectReason.CORRUPT,
                        "field n, byte 4: expected at most 65536 items without bytes, found 134217727"));
    }

    @Test
    void truncated_array_that_claims_more_items_than_bytes() {
        assertThat(person(6, 'A', 'n', 'n', 0, 0x80, 0x80, 0x01))
                .isEqualTo(rejected(
                        RejectReason.TRUNCATED,
                        "field tags, byte 8: expected 8192 items of at least 1 bytes, found 0 bytes until the end"));
    }

    @Test
    void corrupt_recursion_deeper_than_the_limit() {
        Schema schema = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"L\",\"fields\":["
                        + "{\"name\":\"next\",\"type\":[\"null\",\"L\"]}]}");
        int[] deep = new int[10_000];
        Arrays.fill(deep, 2);
        Landed landed = decode(schema, LandingSpec.defaults(), deep);
        assertThat(((Landed.Rejected) landed).reason()).isEqualTo(RejectReason.CORRUPT);
        assertThat(((Landed.Rejected) landed).detail())
                .contains("expected a record inside itself at most 256 times, found more");
        assertThat(decode(schema, LandingSpec.defaults(), 2, 2, 2, 0)).isEqualTo(new Landed.Row(true));
    }

    @Test
    void required_null() {
        LandingSpec spec = LandingSpec.defaults().withChecks(List.of(new Check.NotNull("age")));
        assertThat(decode(PERSON, spec, 6, 'A', 'n', 'n', 0, 0))
                .isEqualTo(rejected(RejectReason.REQUIRED_NULL, "column age: expected a value, found null"));
    }

    @Test
    void required_null_when_the_writer_lacks_the_field() {
        assertThat(checked(new Check.NotNull("email")))
                .isEqualTo(rejected(
                        RejectReason.REQUIRED_NULL,
                        "column email: expected a value, found a writer schema without the field"));
    }

    @Test
    void rule_broken_never_shows_the_value() {
        assertThat(checked(new Check.Min("age", BigDecimal.TEN)))
                .isEqualTo(rejected(RejectReason.RULE_BROKEN, "column age: expected at least 10, found another value"));
        assertThat(checked(new Check.Max("age", BigDecimal.ONE)))
                .isEqualTo(rejected(RejectReason.RULE_BROKEN, "column age: expected at most 1, found another value"));
        assertThat(checked(new Check.Matches("name", Pattern.compile("[a-z]+"))))
                .isEqualTo(rejected(
                        RejectReason.RULE_BROKEN, "column name: expected a match of [a-z]+, found another value"));
        assertThat(checked(new Check.In("tags", Set.of("y"))))
                .isEqualTo(rejected(
                        RejectReason.RULE_BROKEN,
                        "column tags: expected one of 1 allowed values, found another value"));
    }

    @Test
    void rules_that_hold_let_the_row_through() {
        assertThat(checked(new Check.Min("age", new BigDecimal("5")))).isInstanceOf(Landed.Row.class);
        assertThat(checked(new Check.Matches("name", Pattern.compile("A.*")))).isInstanceOf(Landed.Row.class);
        assertThat(checked(new Check.In("tags", Set.of("x")))).isInstanceOf(Landed.Row.class);
        assertThat(checked(new Check.NotNull("tags"))).isInstanceOf(Landed.Row.class);
    }

    @Test
    void corruption_outranks_a_broken_rule() {
        LandingSpec spec = LandingSpec.defaults().withChecks(List.of(new Check.In("name", Set.of("Bob"))));
        Landed landed = decode(PERSON, spec, 6, 'A', 'n', 'n', 4);
        assertThat(((Landed.Rejected) landed).reason()).isEqualTo(RejectReason.CORRUPT);
    }

    @Test
    void unmappable_schema() {
        assertThat(decode(Schema.create(Schema.Type.STRING), LandingSpec.defaults(), 0))
                .isEqualTo(rejected(
                        RejectReason.UNMAPPABLE_SCHEMA, "expected a writer schema of type record, found STRING"));
    }

    @Test
    void too_large() {
        LandingSpec spec = LandingSpec.defaults().withMaxValueBytes(4);
        assertThat(DecodePlanFuzzTest.plan(PERSON, spec).decode(ANN, 0))
                .isEqualTo(rejected(RejectReason.TOO_LARGE, "expected at most 4 bytes, found 10"));
    }
}
