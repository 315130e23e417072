package dev.sluice.sink.land;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class ValueInspectorTest {
    private static final Schema SCHEMA = SchemaBuilder.record("Order")
            .fields()
            .requiredString("id")
            .optionalString("email")
            .requiredLong("amount")
            .name("skus")
            .type()
            .array()
            .items()
            .stringType()
            .noDefault()
            .endRecord();
    private static final LandingSpec OPEN = LandingSpec.defaults();
    private static final LandingSpec MASKING =
            OPEN.withPii(new PiiRules(Map.of("email", PiiAction.REDACT), new byte[0]));

    @Test
    void a_whole_value_shows_every_field_and_no_failure() throws IOException {
        PartialValue read = ValueInspector.inspect(SCHEMA, value(), 0, OPEN);

        assertThat(read.failure()).isNull();
        assertThat(read.end()).isEqualTo(value().length);
        assertThat(read.fields())
                .containsEntry("id", "o-1")
                .containsEntry("email", "a@b.c")
                .containsEntry("amount", 1_234L)
                .containsEntry("skus", List.of("x", "y"));
    }

    @Test
    void a_truncated_value_shows_what_came_before_and_names_byte_and_field() throws IOException {
        byte[] value = value();
        byte[] cut = Arrays.copyOf(value, value.length - 3);

        PartialValue read = ValueInspector.inspect(SCHEMA, cut, 0, OPEN);

        assertThat(read.fields()).containsEntry("amount", 1_234L).containsEntry("skus", List.of("x"));
        assertThat(read.failure()).isNotNull();
        assertThat(read.failure().reason()).isEqualTo(RejectReason.TRUNCATED);
        assertThat(read.failure().detail()).contains("field skus[1]", "byte " + read.end());
    }

    @Test
    void it_fails_at_the_same_byte_and_for_the_same_reason_as_landing_does() throws IOException {
        byte[] value = value();
        for (int length = 0; length < value.length; length++) {
            byte[] cut = Arrays.copyOf(value, length);
            PartialValue read = ValueInspector.inspect(SCHEMA, cut, 0, OPEN);
            Landed landed = DecodePlan.intoRow(
                            SCHEMA,
                            BronzeColumns.schema().asStruct(),
                            OPEN,
                            new Masks(PiiRules.none()),
                            new StructRow(8))
                    .decode(cut, 0);
            if (length > 0) {
                assertThat(read.failure()).as("cut at %d", length).isEqualTo(landed);
            }
        }
    }

    @Test
    void bytes_after_the_end_are_trailing_and_the_fields_are_whole() throws IOException {
        byte[] longer = Arrays.copyOf(value(), value().length + 2);

        PartialValue read = ValueInspector.inspect(SCHEMA, longer, 0, OPEN);

        assertThat(read.fields()).hasSize(4);
        assertThat(read.failure()).extracting(Landed.Rejected::reason).isEqualTo(RejectReason.TRAILING_BYTES);
    }

    @Test
    void personal_data_is_masked_in_the_fields_and_among_the_bytes() throws IOException {
        PartialValue read = ValueInspector.inspect(SCHEMA, value(), 0, MASKING);

        assertThat(read.fields()).containsEntry("email", ValueInspector.MASKED).containsEntry("id", "o-1");
        int at = new String(value(), java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("a@b.c");
        assertThat(read.shows(at)).isFalse();
        assertThat(read.shows(at + 4)).isFalse();
        assertThat(read.shows(1)).isTrue();
        assertThat(read.shows(at + 5)).isTrue();
    }

    @Test
    void bytes_after_the_failure_may_be_personal_data_and_are_not_shown() throws IOException {
        byte[] cut = Arrays.copyOf(value(), 8);

        PartialValue read = ValueInspector.inspect(SCHEMA, cut, 0, MASKING);

        assertThat(read.failure()).isNotNull();
        for (int i = read.end(); i < cut.length; i++) {
            assertThat(read.shows(i)).isFalse();
        }
    }

    private static byte[] value() throws IOException {
        GenericData.Record order = new GenericData.Record(SCHEMA);
        order.put("id", "o-1");
        order.put("email", "a@b.c");
        order.put("amount", 1_234L);
        order.put("skus", List.of("x", "y"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericData.Record>(SCHEMA).write(order, encoder);
        encoder.flush();
        return out.toByteArray();
    }
}
