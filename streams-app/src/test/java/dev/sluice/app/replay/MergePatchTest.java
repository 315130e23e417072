package dev.sluice.app.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.ingest.ScriptedRegistry;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.land.LandingSpec;
import dev.sluice.sink.land.ValueInspector;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {
    private static final Schema V1 = SchemaBuilder.record("Order")
            .fields()
            .requiredString("id")
            .requiredLong("amount")
            .optionalString("note")
            .endRecord();
    private static final Schema V2 = SchemaBuilder.record("Order")
            .fields()
            .requiredString("id")
            .requiredLong("amount")
            .optionalString("note")
            .name("raw")
            .type()
            .bytesType()
            .noDefault()
            .endRecord();

    @Test
    void a_field_is_corrected_and_the_rest_stays() {
        byte[] value = encoded(1, V1, "{'id':'o-1','amount':-5,'note':'hello'}");

        assertThat(decoded(V1, changed(value, "{'amount':5}", null)))
                .isEqualTo(Map.of("id", "o-1", "amount", 5L, "note", "hello"));
    }

    @Test
    void an_empty_patch_cuts_trailing_bytes() {
        byte[] value = encoded(1, V1, "{'id':'o-1','amount':5}");

        assertThat(changed(Arrays.copyOf(value, value.length + 4), "{}", null)).isEqualTo(value);
    }

    @Test
    void json_without_framing_is_encoded_with_the_schema_chosen() {
        byte[] value = "{\"id\":\"o-2\",\"amount\":7}".getBytes(StandardCharsets.UTF_8);

        byte[] changed = changed(value, "{}", 1);

        assertThat(ConfluentFraming.schemaId(changed)).isEqualTo(1);
        assertThat(decoded(V1, changed)).containsEntry("id", "o-2").containsEntry("amount", 7L);
    }

    @Test
    void bytes_come_back_as_they_were_and_new_ones_are_base64() {
        byte[] value = encoded(2, V2, "{'id':'o','amount':1,'raw':'AAEC/w=='}");

        assertThat(changed(value, "{}", null)).isEqualTo(value);
        assertThat((byte[]) decoded(V2, changed(value, "{'raw':'CQ=='}", null)).get("raw"))
                .containsExactly(9);
    }

    @Test
    void a_truncated_value_needs_the_rest_from_the_patch() {
        byte[] value = encoded(1, V1, "{'id':'o-1','amount':5}");
        byte[] cut = Arrays.copyOf(value, value.length - 2);

        assertThat(outcome(cut, "{}", null))
                .isEqualTo(new ValueChange.Refused("field amount is missing and has no default"));
        assertThat(decoded(V1, changed(cut, "{'amount':6}", null))).containsEntry("amount", 6L);
    }

    @Test
    void a_field_that_the_new_schema_does_not_have_is_not_dropped_silently() {
        byte[] value = encoded(2, V2, "{'id':'o','amount':1,'raw':''}");

        assertThat(outcome(value, "{}", 1)).isInstanceOf(ValueChange.Refused.class);
        assertThat(changed(value, "{'raw':null}", 1)).isEqualTo(encoded(1, V1, "{'id':'o','amount':1}"));
    }

    @Test
    void a_schema_that_nobody_knows_is_a_refusal_unless_another_is_named() {
        byte[] value = encoded(99, V1, "{'id':'o','amount':1}");

        assertThat(outcome(value, "{}", null)).isInstanceOf(ValueChange.Refused.class);
        assertThat(new MergePatch(json("{}"), 1, 1, twoSchemas()).of(letter(value)))
                .isInstanceOf(ValueChange.Changed.class);
    }

    @Test
    void a_refusal_never_quotes_the_value() {
        byte[] value = encoded(1, V1, "{'id':'o','amount':1}");

        assertThat(outcome(value, "{'amount':'secret'}", null).toString())
                .contains("field amount", "a long")
                .doesNotContain("secret");
    }

    /** The examples of RFC 7386, appendix A. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'a':'b'}|{'a':'c'}|{'a':'c'}",
                "{'a':'b'}|{'b':'c'}|{'a':'b','b':'c'}",
                "{'a':'b'}|{'a':null}|{}",
                "{'a':'b','b':'c'}|{'a':null}|{'b':'c'}",
                "{'a':['b']}|{'a':'c'}|{'a':'c'}",
                "{'a':'c'}|{'a':['b']}|{'a':['b']}",
                "{'a':{'b':'c'}}|{'a':{'b':'d','c':null}}|{'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]}|{'a':[1]}|{'a':[1]}",
                "['a','b']|['c','d']|['c','d']",
                "{'a':'b'}|['c']|['c']",
                "{'a':'foo'}|null|null",
                "{'e':null}|{'a':1}|{'e':null,'a':1}",
                "[1,2]|{'a':'b','c':null}|{'a':'b'}",
                "{}|{'a':{'bb':{'ccc':null}}}|{'a':{'bb':{}}}"
            })
    void patches_merge_as_the_standard_says(String target, String patch, String expected) {
        assertThat(MergePatch.merged(json(target), json(patch))).isEqualTo(json(expected));
    }

    private static ValueChange.Outcome outcome(byte[] value, String patch, @Nullable Integer encodeWith) {
        return new MergePatch(json(patch), encodeWith, null, twoSchemas()).of(letter(value));
    }

    private static byte[] changed(byte[] value, String patch, @Nullable Integer encodeWith) {
        ValueChange.Outcome outcome = outcome(value, patch, encodeWith);
        assertThat(outcome).isInstanceOf(ValueChange.Changed.class);
        return ((ValueChange.Changed) outcome).value();
    }

    private static Map<String, @Nullable Object> decoded(Schema schema, byte[] value) {
        return ValueInspector.inspect(schema, value, ConfluentFraming.HEADER_LENGTH, LandingSpec.defaults())
                .fields();
    }

    private static byte[] encoded(int id, Schema schema, String document) {
        return ConfluentFraming.frame(id, AvroJson.encode(schema, json(document)));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static DeadLetterView letter(byte[] value) {
        return new DeadLetterView(0, 0, Instant.EPOCH, "CORRUPT", "", null, "orders", 0, 0, null, value, List.of());
    }

    private static SchemaRegistry twoSchemas() {
        return new ScriptedRegistry().with(1, V1).with(2, V2);
    }
}
