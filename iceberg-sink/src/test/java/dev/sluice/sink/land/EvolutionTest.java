package dev.sluice.sink.land;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a second writer schema does to the table and to its rows; every value is rebuilt in the end. */
class EvolutionTest {
    private final BronzeFixture bronze = new BronzeFixture();
    private final Map<Integer, Schema> writers = new HashMap<>();
    private final List<byte[]> values = new ArrayList<>();
    private final List<DataFile> files = new ArrayList<>();
    private final List<Boolean> kept = new ArrayList<>();

    private static Schema record(String fields) {
        return new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + fields + "]}");
    }

    private static String field(String name, String type) {
        return "{\"name\":\"" + name + "\",\"type\":" + type + "}";
    }

    private static String plain(String name, String type) {
        return field(name, '"' + type + '"');
    }

    /** Lands one value per call, each in its own batch, under the next schema id. */
    private void land(Schema schema, Object datum) {
        int id = writers.size();
        writers.put(id, schema);
        byte[] avro = BronzeFixture.encode(schema, datum);
        PartitionWriter writer = bronze.writer(LandingSpec.defaults());
        Landed landed = BronzeFixture.land(writer, id, id, schema, avro);
        assertThat(landed).isInstanceOf(Landed.Row.class);
        kept.add(((Landed.Row) landed).payloadKept());
        values.add(avro);
        LandedFiles done = writer.finish();
        files.addAll(done.files());
        bronze.commit(done);
    }

    private static GenericRecordBuilder datum(Schema schema) {
        return new GenericRecordBuilder(schema);
    }

    private List<Object> column(String name) {
        List<Object> read = new ArrayList<>();
        for (Record row : BronzeFixture.rows(bronze.catalog.loadTable(bronze.name))) {
            read.add(ExpectedColumn.actual(row.getField(name)));
        }
        return read;
    }

    private Types.NestedField tableField(String path) {
        return bronze.catalog.loadTable(bronze.name).schema().findField(path);
    }

    @AfterEach
    void every_value_is_rebuilt_from_the_table_as_it_is_now() {
        Table table = bronze.catalog.loadTable(bronze.name);
        List<byte[]> rebuilt = new ArrayList<>();
        for (DataFile file : files) {
            rebuilt.addAll(BronzeFixture.rebuilt(table, file, writers));
        }
        assertThat(rebuilt).containsExactlyElementsOf(values);
    }

    @Test
    void added_field() {
        Schema one = record(plain("a", "int"));
        Schema two = record(plain("a", "int") + "," + plain("b", "string"));
        land(one, datum(one).set("a", 1).build());
        land(two, datum(two).set("a", 2).set("b", "x").build());
        land(one, datum(one).set("a", 3).build());
        assertThat(column("a")).containsExactly(1, 2, 3);
        assertThat(column("b")).containsExactly(null, "x", null);
        assertThat(kept).containsOnly(false);
        assertThat(tableField("b").isOptional()).isTrue();
        assertThat(bronze.catalog
                        .loadTable(bronze.name)
                        .schema()
                        .columns()
                        .get(1)
                        .name())
                .isEqualTo("b");
    }

    @Test
    void removed_field() {
        Schema one = record(plain("a", "int") + "," + plain("b", "string"));
        Schema two = record(plain("a", "int"));
        land(one, datum(one).set("a", 1).set("b", "x").build());
        land(two, datum(two).set("a", 2).build());
        assertThat(column("b")).containsExactly("x", null);
        assertThat(kept).containsOnly(false);
    }

    @Test
    void reordered_fields() {
        Schema one = record(plain("a", "int") + "," + plain("b", "string"));
        Schema two = record(plain("b", "string") + "," + plain("a", "int"));
        land(one, datum(one).set("a", 1).set("b", "x").build());
        land(two, datum(two).set("a", 2).set("b", "y").build());
        assertThat(column("a")).containsExactly(1, 2);
        assertThat(column("b")).containsExactly("x", "y");
        assertThat(kept).containsOnly(false);
    }

    @Test
    void widened_int_to_long_and_the_old_writer_goes_on() {
        Schema one = record(plain("a", "int"));
        Schema two = record(plain("a", "long"));
        land(one, datum(one).set("a", 1).build());
        land(two, datum(two).set("a", 1L << 40).build());
        land(one, datum(one).set("a", -3).build());
        assertThat(tableField("a").type()).isEqualTo(Types.LongType.get());
        assertThat(column("a")).containsExactly(1L, 1L << 40, -3L);
        assertThat(kept).containsOnly(false);
    }

    @Test
    void widened_float_to_double_and_the_old_writer_goes_on() {
        Schema one = record(plain("a", "float"));
        Schema two = record(plain("a", "double"));
        land(one, datum(one).set("a", 1.5f).build());
        land(two, datum(two).set("a", 0.1).build());
        land(one, datum(one).set("a", 0.1f).build());
        assertThat(column("a")).containsExactly(1.5, 0.1, (double) 0.1f);
        assertThat(kept).containsOnly(false);
    }

    @Test
    void decimal_precision() {
        Schema one = record(field("a", "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":4,\"scale\":2}"));
        Schema two = record(field("a", "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}"));
        land(one, datum(one).set("a", ByteBuffer.wrap(new byte[] {5})).build());
        land(two, datum(two).set("a", ByteBuffer.wrap(new byte[] {1, 2, 3})).build());
        assertThat(tableField("a").type()).isEqualTo(Types.DecimalType.of(9, 2));
        assertThat(column("a")).containsExactly(new BigDecimal("0.05"), new BigDecimal("660.51"));
        assertThat(kept).containsOnly(false);
        assertThat(one.getField("a").schema().getLogicalType()).isInstanceOf(LogicalTypes.Decimal.class);
    }

    @Test
    void rename_by_alias() {
        Schema one = record(plain("email", "string"));
        Schema two = record("{\"name\":\"mail\",\"type\":\"string\",\"aliases\":[\"email\"]}");
        land(one, datum(one).set("email", "x").build());
        land(two, datum(two).set("mail", "y").build());
        assertThat(column("email")).containsExactly("x", "y");
        assertThat(tableField("mail")).isNull();
        assertThat(kept).containsOnly(false);
    }

    @Test
    void an_alias_that_two_fields_claim_renames_neither() {
        Schema one = record(plain("email", "string"));
        Schema two = record("{\"name\":\"mail\",\"type\":\"string\",\"aliases\":[\"email\"]},"
                + "{\"name\":\"contact\",\"type\":\"string\",\"aliases\":[\"email\"]}");
        land(one, datum(one).set("email", "x").build());
        land(two, datum(two).set("mail", "y").set("contact", "z").build());
        assertThat(column("email")).containsExactly("x", null);
        assertThat(column("mail")).containsExactly(null, "y");
        assertThat(column("contact")).containsExactly(null, "z");
        assertThat(kept).containsOnly(false);
    }

    @Test
    void an_alias_that_is_the_name_of_another_field_renames_nothing() {
        Schema one = record(plain("email", "string"));
        Schema two =
                record(plain("email", "string") + ",{\"name\":\"mail\",\"type\":\"string\",\"aliases\":[\"email\"]}");
        land(one, datum(one).set("email", "x").build());
        land(two, datum(two).set("email", "y").set("mail", "z").build());
        assertThat(column("email")).containsExactly("x", "y");
        assertThat(column("mail")).containsExactly(null, "z");
        assertThat(kept).containsOnly(false);
    }

    @Test
    void rename_by_alias_and_a_later_column_of_the_new_name() {
        Schema one = record(plain("email", "string"));
        Schema two = record("{\"name\":\"mail\",\"type\":\"string\",\"aliases\":[\"email\"]}");
        Schema three = record(plain("mail", "string"));
        land(one, datum(one).set("email", "x").build());
        land(two, datum(two).set("mail", "y").build());
        land(three, datum(three).set("mail", "z").build());
        assertThat(column("email")).containsExactly("x", "y", null);
        assertThat(column("mail")).containsExactly(null, null, "z");
    }

    @Test
    void no_nested_field_is_silently_dropped_on_evolution_of_struct_list_and_map() {
        String inner = "{\"type\":\"record\",\"name\":\"%s\",\"fields\":[{\"name\":\"x\",\"type\":\"int\"}%s]}";
        String more = ",{\"name\":\"y\",\"type\":\"string\"}";
        String shape = field("s", "%s") + "," + field("l", "{\"type\":\"array\",\"items\":%s}") + ","
                + field("m", "{\"type\":\"map\",\"values\":%s}");
        Schema one =
                record(shape.formatted(inner.formatted("S", ""), inner.formatted("L", ""), inner.formatted("M", "")));
        Schema two = record(
                shape.formatted(inner.formatted("S", more), inner.formatted("L", more), inner.formatted("M", more)));
        land(one, nested(one, null));
        land(two, nested(two, "new"));
        assertThat(column("s").get(1)).isEqualTo(Map.of("x", 1, "y", "new"));
        assertThat(column("l").get(1)).isEqualTo(List.of(Map.of("x", 1, "y", "new")));
        assertThat(column("m").get(1)).isEqualTo(Map.of("k", Map.of("x", 1, "y", "new")));
        assertThat(tableField("l.element.y")).isNotNull();
        assertThat(tableField("m.value.y")).isNotNull();
        assertThat(kept).containsOnly(false);
    }

    private static GenericData.Record nested(Schema schema, String y) {
        GenericData.Record record = new GenericData.Record(schema);
        record.put("s", inner(schema.getField("s").schema(), y));
        record.put("l", List.of(inner(schema.getField("l").schema().getElementType(), y)));
        record.put("m", Map.of("k", inner(schema.getField("m").schema().getValueType(), y)));
        return record;
    }

    private static GenericData.Record inner(Schema schema, String y) {
        GenericData.Record inner = new GenericData.Record(schema);
        inner.put("x", 1);
        if (y != null) {
            inner.put("y", y);
        }
        return inner;
    }

    @Test
    void enum_new_symbol() {
        Schema one = record(field("e", "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}"));
        Schema two = record(field("e", "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"B\",\"A\"]}"));
        land(
                one,
                datum(one)
                        .set("e", new GenericData.EnumSymbol(one.getField("e").schema(), "A"))
                        .build());
        land(
                two,
                datum(two)
                        .set("e", new GenericData.EnumSymbol(two.getField("e").schema(), "B"))
                        .build());
        assertThat(column("e")).containsExactly("A", "B");
        assertThat(kept).containsOnly(false);
    }

    @Test
    void incompatible_string_to_int_is_null_and_kept_in_the_payload() {
        Schema one = record(plain("a", "string") + "," + plain("b", "int"));
        Schema two = record(plain("a", "int") + "," + plain("b", "int"));
        land(one, datum(one).set("a", "x").set("b", 1).build());
        land(two, datum(two).set("a", 5).set("b", 2).build());
        assertThat(tableField("a").type()).isEqualTo(Types.StringType.get());
        assertThat(column("a")).containsExactly("x", null);
        assertThat(column("b")).containsExactly(1, 2);
        assertThat(kept).containsExactly(false, true);
    }

    @Test
    void incompatible_nested_field_keeps_the_rest_of_its_struct() {
        String shape = "{\"type\":\"record\",\"name\":\"S\",\"fields\":[{\"name\":\"x\",\"type\":\"%s\"},"
                + "{\"name\":\"y\",\"type\":\"int\"}]}";
        Schema one = record(field("s", shape.formatted("int")));
        Schema two = record(field("s", shape.formatted("string")));
        GenericData.Record first = new GenericData.Record(one.getField("s").schema());
        first.put("x", 1);
        first.put("y", 2);
        GenericData.Record second = new GenericData.Record(two.getField("s").schema());
        second.put("x", "text");
        second.put("y", 3);
        land(one, datum(one).set("s", first).build());
        land(two, datum(two).set("s", second).build());
        Map<String, Object> expected = new HashMap<>();
        expected.put("x", null);
        expected.put("y", 3);
        assertThat(column("s")).containsExactly(Map.of("x", 1, "y", 2), expected);
        assertThat(kept).containsExactly(false, true);
    }

    @Test
    void nullable_and_back() {
        Schema one = record(plain("a", "int"));
        Schema two = record(field("a", "[\"int\",\"null\"]"));
        land(one, datum(one).set("a", 1).build());
        land(two, datum(two).set("a", null).build());
        land(two, datum(two).set("a", 2).build());
        assertThat(column("a")).containsExactly(1, null, 2);
        assertThat(kept).containsOnly(false);
    }
}
