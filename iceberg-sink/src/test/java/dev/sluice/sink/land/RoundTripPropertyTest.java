package dev.sluice.sink.land;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** Random schemas and values through real Parquet files. The seed of a failure is in its message. */
class RoundTripPropertyTest {
    private static final int SCHEMAS = 150;
    private static final int VALUES = 20;

    @Test
    void every_value_reads_back_column_by_column_and_is_rebuilt_byte_for_byte() {
        int kept = 0;
        int landed = 0;
        for (int seed = 0; seed < SCHEMAS; seed++) {
            RandomAvro random = new RandomAvro(seed);
            Schema schema = random.record(0);
            BronzeFixture bronze = new BronzeFixture();
            PartitionWriter writer = bronze.writer(LandingSpec.defaults());
            List<GenericData.Record> data = new ArrayList<>();
            List<byte[]> values = new ArrayList<>();
            for (int i = 0; i < VALUES; i++) {
                GenericData.Record datum = (GenericData.Record) random.value(schema);
                byte[] avro = BronzeFixture.encode(schema, datum);
                Landed answer = BronzeFixture.land(writer, i, 7, schema, avro);
                assertThat(answer).as("seed %d, %s", seed, schema).isInstanceOf(Landed.Row.class);
                kept += ((Landed.Row) answer).payloadKept() ? 1 : 0;
                landed++;
                data.add(datum);
                values.add(avro);
            }
            LandedFiles files = writer.finish();
            Table table = bronze.commit(files);
            List<byte[]> rebuilt = BronzeFixture.rebuilt(table, files.files().get(0), Map.of(7, schema));
            List<Record> rows = BronzeFixture.rows(table);
            assertThat(rows).hasSize(VALUES);
            for (int i = 0; i < VALUES; i++) {
                assertThat(rebuilt.get(i))
                        .as("seed %d, value %d, %s", seed, i, schema)
                        .isEqualTo(values.get(i));
                assertColumns("seed " + seed + ", value " + i, table.schema().asStruct(), data.get(i), rows.get(i));
            }
        }
        System.out.printf("%d of %d random values kept their payload%n", kept, landed);
        assertThat(kept).isLessThan(landed * 3 / 4);
    }

    private static void assertColumns(String at, Types.StructType table, GenericData.Record datum, Record row) {
        Map<String, Object> expected = ExpectedColumn.record(table, datum);
        expected.forEach((column, value) -> assertThat(ExpectedColumn.actual(row.getField(column)))
                .as("%s, column %s", at, column)
                .isEqualTo(value));
    }

    @Test
    void unrelated_schemas_that_share_one_table_are_still_rebuilt_byte_for_byte() {
        for (int seed = 1000; seed < 1020; seed++) {
            BronzeFixture bronze = new BronzeFixture();
            PartitionWriter writer = bronze.writer(LandingSpec.defaults());
            Map<Integer, Schema> writers = new HashMap<>();
            List<byte[]> values = new ArrayList<>();
            for (int id = 0; id < 6; id++) {
                writers.put(id, new RandomAvro(seed * 10L + id).record(0));
            }
            for (int i = 0; i < 60; i++) {
                int id = i % 7 % 6;
                byte[] avro =
                        BronzeFixture.encode(writers.get(id), new RandomAvro(seed * 1000L + i).value(writers.get(id)));
                Landed answer = BronzeFixture.land(writer, i, id, writers.get(id), avro);
                assertThat(answer).as("seed %d, %s", seed, writers.get(id)).isInstanceOf(Landed.Row.class);
                values.add(avro);
            }
            LandedFiles files = writer.finish();
            Table table = bronze.commit(files);
            List<byte[]> rebuilt = new ArrayList<>();
            for (DataFile file : files.files()) {
                rebuilt.addAll(BronzeFixture.rebuilt(table, file, writers));
            }
            assertThat(files.schemaIds()).containsExactly(0, 1, 2, 3, 4, 5);
            for (int i = 0; i < values.size(); i++) {
                assertThat(rebuilt.get(i)).as("seed %d, value %d", seed, i).isEqualTo(values.get(i));
            }
        }
    }
}
