package dev.sluice.sink.land;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.Test;

/** Personal data never reaches the file: not the columns, not the payload, not the statistics. */
class PiiTest {
    private static final byte[] KEY = "a key of some length".getBytes(StandardCharsets.UTF_8);
    private static final String SECRET = "ann.secret@example.org";
    private static final String STREET = "Hidden-Street-17";

    /**
     * {@code blob} is a union of two types, so that every record keeps its payload; {@code person} is long for a
     * number.
     */
    private static final Schema SCHEMA = new Schema.Parser().parse("""
            {"type":"record","name":"C","fields":[
              {"name":"email","type":["null","string"]},
              {"name":"address","type":{"type":"record","name":"A","fields":[
                {"name":"street","type":"string"},{"name":"country","type":"string"},{"name":"house","type":"long"}]}},
              {"name":"phones","type":{"type":"array","items":"string"}},
              {"name":"notes","type":{"type":"map","values":"string"}},
              {"name":"blob","type":["int","string"]}]}""");

    private final BronzeFixture bronze = new BronzeFixture();
    private String location = "";

    private static GenericData.Record customer() {
        GenericData.Record address =
                new GenericData.Record(SCHEMA.getField("address").schema());
        address.put("street", STREET);
        address.put("country", "DE");
        address.put("house", 123456789L);
        GenericData.Record customer = new GenericData.Record(SCHEMA);
        customer.put("email", SECRET);
        customer.put("address", address);
        customer.put("phones", List.of("+49-555-0001", "+49-555-0002"));
        customer.put("notes", Map.of("secret-key", "secret-note"));
        customer.put("blob", "secret-blob");
        return customer;
    }

    private static LandingSpec spec(Map<String, PiiAction> actions) {
        return LandingSpec.defaults().withPii(new PiiRules(actions, KEY));
    }

    private static String hash(String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Record land(LandingSpec spec) {
        // Uncompressed, so that the file's bytes can be searched.
        bronze.catalog.createNamespace(bronze.name.namespace());
        bronze.catalog.createTable(
                bronze.name,
                BronzeColumns.schema(),
                org.apache.iceberg.PartitionSpec.unpartitioned(),
                Map.of("format-version", "3", "write.parquet.compression-codec", "uncompressed"));
        PartitionWriter writer = bronze.writer(spec);
        assertThat(BronzeFixture.land(writer, 0, 1, SCHEMA, BronzeFixture.encode(SCHEMA, customer())))
                .isEqualTo(new Landed.Row(true));
        LandedFiles landed = writer.finish();
        location = landed.files().get(0).location();
        return BronzeFixture.rows(bronze.commit(landed)).get(0);
    }

    private String fileText() throws IOException {
        Table table = bronze.catalog.loadTable(bronze.name);
        try (InputStream in = table.io().newInputFile(location).newStream()) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static GenericRecord payload(Record row) throws IOException {
        ByteBuffer payload = (ByteBuffer) row.getField("_payload");
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        return new GenericDatumReader<GenericRecord>(SCHEMA)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    }

    @Test
    void without_rules_the_raw_values_are_in_the_file() throws Exception {
        land(LandingSpec.defaults());
        assertThat(fileText()).contains(SECRET, STREET, "+49-555-0001", "secret-key", "secret-note", "secret-blob");
    }

    @Test
    void hash_and_redact_reach_columns_nested_columns_and_the_payload() throws Exception {
        Record row = land(spec(Map.of(
                "email", PiiAction.HASH,
                "address", PiiAction.REDACT,
                "address.country", PiiAction.KEEP,
                "phones", PiiAction.HASH,
                "notes", PiiAction.REDACT,
                "blob", PiiAction.REDACT,
                "_kafka_key", PiiAction.REDACT)));
        assertThat(row.getField("email")).isEqualTo(hash(SECRET));
        Record address = (Record) row.getField("address");
        assertThat(address.getField("street")).isEqualTo(PiiRules.REDACTED);
        assertThat(address.getField("country")).isEqualTo("DE");
        assertThat(address.getField("house")).isNull();
        assertThat(row.getField("phones")).isEqualTo(List.of(hash("+49-555-0001"), hash("+49-555-0002")));
        assertThat(row.getField("notes")).isEqualTo(Map.of());
        assertThat(row.getField("_kafka_key")).isNull();

        GenericRecord payload = payload(row);
        assertThat(payload.get("email")).hasToString(hash(SECRET));
        GenericRecord kept = (GenericRecord) payload.get("address");
        assertThat(kept.get("street")).hasToString(PiiRules.REDACTED);
        assertThat(kept.get("country")).hasToString("DE");
        assertThat(kept.get("house")).isEqualTo(0L);
        assertThat(payload.get("blob")).hasToString(PiiRules.REDACTED);

        assertThat(fileText()).doesNotContain(SECRET, STREET, "+49-555", "secret-key", "secret-note", "secret-blob");
    }

    @Test
    void hashed_map_hides_its_keys_too() throws Exception {
        Record row = land(spec(Map.of("notes", PiiAction.HASH)));
        assertThat(row.getField("notes")).isEqualTo(Map.of(hash("secret-key"), hash("secret-note")));
        assertThat(fileText()).doesNotContain("secret-key", "secret-note").contains(SECRET);
    }

    @Test
    void a_masked_value_in_a_sized_block_leaves_a_payload_that_reads() throws Exception {
        Schema schema = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"P\",\"fields\":[{\"name\":\"phones\",\"type\":"
                        + "{\"type\":\"array\",\"items\":\"string\"}}]}");
        byte[] avro = {1, 6, 4, 'a', 'b', 0};
        avro[1] = 6;
        PartitionWriter writer = bronze.writer(spec(Map.of("phones", PiiAction.REDACT)));
        assertThat(BronzeFixture.land(writer, 0, 1, schema, avro)).isEqualTo(new Landed.Row(true));
        Record row = bronze.finishAndRead(writer).get(0);
        ByteBuffer payload = (ByteBuffer) row.getField("_payload");
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        GenericRecord read = new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
        assertThat(read.get("phones")).hasToString("[" + PiiRules.REDACTED + "]");
    }

    @Test
    void a_rule_follows_a_field_that_was_renamed_by_alias() {
        Schema old = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"P\",\"fields\":[{\"name\":\"email\",\"type\":\"string\"}]}");
        Schema renamed = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"P\",\"fields\":"
                        + "[{\"name\":\"mail\",\"type\":\"string\",\"aliases\":[\"email\"]}]}");
        TableIdentifier name = bronze.name;
        bronze.tables.evolved(name, 1, old);
        PartitionWriter writer = bronze.writer(spec(Map.of("email", PiiAction.REDACT)));
        BronzeFixture.land(writer, 0, 2, renamed, new byte[] {2, 'x'});
        Record row = bronze.finishAndRead(writer).get(0);
        assertThat(row.getField("email")).isEqualTo(PiiRules.REDACTED);
        assertThat(row.getField("_payload")).isNull();
    }

    @Test
    void a_check_sees_the_raw_value_and_its_refusal_does_not_show_it() {
        LandingSpec spec = spec(Map.of("email", PiiAction.HASH))
                .withChecks(List.of(new Check.Matches("email", java.util.regex.Pattern.compile(".+@example\\.com"))));
        PartitionWriter writer = bronze.writer(spec);
        Landed landed = BronzeFixture.land(writer, 0, 1, SCHEMA, BronzeFixture.encode(SCHEMA, customer()));
        assertThat(((Landed.Rejected) landed).reason()).isEqualTo(RejectReason.RULE_BROKEN);
        assertThat(((Landed.Rejected) landed).detail()).doesNotContain("secret");
        writer.abort();
    }

    @Test
    void a_rule_without_its_field_rejects_the_record_instead_of_leaving_it_raw() {
        PartitionWriter writer =
                bronze.writer(spec(Map.of("e_mail", PiiAction.HASH, "address.stret", PiiAction.REDACT)));
        Landed landed = BronzeFixture.land(writer, 0, 1, SCHEMA, BronzeFixture.encode(SCHEMA, customer()));
        assertThat(landed).isInstanceOfSatisfying(Landed.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(RejectReason.PII_UNCOVERED);
            assertThat(rejected.detail())
                    .contains("the rule of column address.stret, e_mail", "optional: true")
                    .doesNotContain("secret");
        });
        writer.abort();
    }

    @Test
    void an_optional_rule_masks_the_field_where_it_is_and_lets_other_schemas_land() {
        Schema without = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"W\",\"fields\":[{\"name\":\"n\",\"type\":\"int\"}]}");
        PartitionWriter writer = bronze.writer(LandingSpec.defaults()
                .withPii(PiiRules.of(Map.of("email", new PiiRule(PiiAction.HASH, true)), KEY)));
        assertThat(BronzeFixture.land(writer, 0, 1, without, new byte[] {2})).isInstanceOf(Landed.Row.class);
        assertThat(BronzeFixture.land(writer, 1, 2, SCHEMA, BronzeFixture.encode(SCHEMA, customer())))
                .isInstanceOf(Landed.Row.class);
        assertThat(bronze.finishAndRead(writer))
                .extracting(row -> String.valueOf(row.getField("email")))
                .noneMatch(email -> email.contains("secret"));
    }

    @Test
    void a_rule_finds_its_field_in_unions_lists_and_maps_and_by_an_alias() {
        Schema deep = new Schema.Parser().parse("""
                {"type":"record","name":"D","fields":[
                  {"name":"people","type":["null",{"type":"array","items":{"type":"map","values":
                    {"type":"record","name":"P","fields":[{"name":"mail","type":"string","aliases":["email"]}]}}}]}]}""");
        assertThat(new PiiRules(Map.of("people.mail", PiiAction.REDACT), KEY).unmatched(deep))
                .isEmpty();
        assertThat(new PiiRules(Map.of("people.email", PiiAction.HASH), KEY).unmatched(deep))
                .isEmpty();
        assertThat(new PiiRules(Map.of("_kafka_key", PiiAction.REDACT, "gone", PiiAction.KEEP), KEY).unmatched(deep))
                .isEmpty();
        assertThat(new PiiRules(Map.of("people.phone", PiiAction.REDACT, "mail", PiiAction.HASH), KEY).unmatched(deep))
                .containsExactly("mail", "people.phone");
    }

    @Test
    void hashing_needs_a_key() {
        assertThatThrownBy(() -> new PiiRules(Map.of("email", PiiAction.HASH), new byte[3]))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("expected at least 16 bytes, found 3");
    }
}
