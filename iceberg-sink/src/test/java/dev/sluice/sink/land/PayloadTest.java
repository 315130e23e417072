package dev.sluice.sink.land;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that other encoders may send and Avro's own would not: the row keeps the bytes, and they are rebuilt. */
class PayloadTest {
    record Case(String name, Schema type, int... bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> oddEncodings() {
        Schema ints = SchemaBuilder.array().items().intType();
        Schema map = SchemaBuilder.map().values().intType();
        return Stream.of(
                new Case("overlong int", Schema.create(Schema.Type.INT), 0x82, 0x00),
                new Case("overlong long", Schema.create(Schema.Type.LONG), 0x82, 0x80, 0x00),
                new Case("overlong text length", Schema.create(Schema.Type.STRING), 0x82, 0x00, 'x'),
                new Case("boolean byte 2", Schema.create(Schema.Type.BOOLEAN), 2),
                new Case("array in two blocks", ints, 2, 10, 2, 12, 0),
                new Case("array block with byte size", ints, 3, 4, 10, 12, 0),
                new Case("map with a key twice", map, 4, 2, 'k', 2, 2, 'k', 4, 0),
                new Case("float NaN with a message", Schema.create(Schema.Type.FLOAT), 1, 0, 0xC0, 0x7F),
                new Case("double NaN with a message", Schema.create(Schema.Type.DOUBLE), 1, 0, 0, 0, 0, 0, 0xF8, 0x7F),
                new Case("time past midnight", logical(Schema.Type.INT, "time-millis"), 0x80, 0xF0, 0xB2, 0x52),
                new Case(
                        "padded decimal",
                        LogicalTypes.decimal(4, 2).addToSchema(Schema.create(Schema.Type.BYTES)),
                        4,
                        0,
                        5),
                new Case(
                        "decimal with too many digits",
                        LogicalTypes.decimal(2, 0).addToSchema(Schema.create(Schema.Type.BYTES)),
                        4,
                        3,
                        0xE8),
                new Case(
                        "union of several types",
                        SchemaBuilder.unionOf().intType().and().stringType().endUnion(),
                        2,
                        2,
                        'x'));
    }

    private static Schema logical(Schema.Type type, String name) {
        Schema schema = Schema.create(type);
        schema.addProp("logicalType", name);
        LogicalTypes.fromSchema(schema).addToSchema(schema);
        return schema;
    }

    @ParameterizedTest
    @MethodSource("oddEncodings")
    void the_bytes_are_kept_and_rebuilt(Case odd) {
        Schema schema = Schema.createRecord("R", null, "t", false, List.of(new Schema.Field("f", odd.type())));
        byte[] avro = new byte[odd.bytes().length];
        for (int i = 0; i < avro.length; i++) {
            avro[i] = (byte) odd.bytes()[i];
        }
        BronzeFixture bronze = new BronzeFixture();
        PartitionWriter writer = bronze.writer(LandingSpec.defaults());
        assertThat(BronzeFixture.land(writer, 0, 1, schema, avro)).isEqualTo(new Landed.Row(true));
        LandedFiles files = writer.finish();
        Table table = bronze.commit(files);
        assertThat(BronzeFixture.rebuilt(table, files.files().get(0), Map.of(1, schema)))
                .containsExactly(avro);
    }

    @Test
    void a_field_named_like_one_of_our_columns_stays_in_the_payload() {
        Schema schema = SchemaBuilder.record("R")
                .fields()
                .requiredLong("_kafka_offset")
                .requiredLong("_Payload")
                .requiredLong("x")
                .endRecord();
        byte[] avro = {2, 4, 6};
        BronzeFixture bronze = new BronzeFixture();
        PartitionWriter writer = bronze.writer(LandingSpec.defaults());
        assertThat(BronzeFixture.land(writer, 77, 1, schema, avro)).isEqualTo(new Landed.Row(true));
        LandedFiles files = writer.finish();
        Table table = bronze.commit(files);
        assertThat(BronzeFixture.rows(table).get(0).getField("_kafka_offset")).isEqualTo(77L);
        assertThat(BronzeFixture.rebuilt(table, files.files().get(0), Map.of(1, schema)))
                .containsExactly(avro);
    }

    @Test
    void names_that_differ_only_in_case_share_no_table() {
        Schema schema = SchemaBuilder.record("R")
                .fields()
                .requiredLong("id")
                .requiredLong("ID")
                .endRecord();
        BronzeFixture bronze = new BronzeFixture();
        Table table = bronze.tables.evolved(bronze.name, 1, schema);
        assertThat(table.schema().findField("id")).isNotNull();
        assertThat(table.schema().findField("ID")).isNull();
    }
}
