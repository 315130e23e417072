package dev.sluice.sink.land;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.orders.OrderSchemas;
import dev.sluice.sink.bronze.BronzeTables;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.Test;

class DictionaryMemoryTest {
    private static final int ROWS = 3_000;

    private final BronzeFixture bronze = new BronzeFixture();
    private final LandingMemory landing = new LandingMemory();
    private final DictionaryMemory memory = landing.dictionaries();

    private List<DataFile> land(int from) {
        PartitionWriter writer = new PartitionWriter(
                bronze.tables, bronze.name, LandingSpec.defaults(), () -> BronzeFixture.NOW, landing);
        Schema schema = OrderSchemas.v2();
        for (int i = from; i < from + ROWS; i++) {
            byte[] avro = BronzeFixture.encode(schema, OrderEvents.event(schema, i));
            assertThat(BronzeFixture.land(writer, i, 1, schema, avro)).isInstanceOf(Landed.Row.class);
        }
        return writer.finish().files();
    }

    @Test
    void the_first_file_teaches_which_columns_of_the_next_ones_get_no_dictionary() throws IOException {
        DataFile first = land(0).get(0);
        Table table = bronze.catalog.loadTable(bronze.name);

        assertThat(DictionaryUse.without(table.io().newInputFile(first.location()), table.schema()))
                .contains("event_id", "_kafka_offset")
                .doesNotContain("currency", "items.element.sku", "_kafka_topic");
        DictionaryMemory.Choice next = memory.next();
        assertThat(next.lesson()).isFalse();
        assertThat(next.plainColumns()).contains("event_id", "_kafka_offset").doesNotContain("currency");
    }

    @Test
    void files_with_and_without_what_was_learned_hold_the_same_rows_and_are_as_large() throws IOException {
        DataFile first = land(0).get(0);
        DataFile second = land(0).get(0);
        Table table = bronze.catalog.loadTable(bronze.name);

        assertThat(DictionaryUse.without(table.io().newInputFile(second.location()), table.schema()))
                .isEqualTo(DictionaryUse.without(table.io().newInputFile(first.location()), table.schema()));
        assertThat(second.fileSizeInBytes()).isLessThanOrEqualTo(first.fileSizeInBytes() * 11 / 10);
        assertThat(second.lowerBounds()).isEqualTo(first.lowerBounds());
        assertThat(second.upperBounds()).isEqualTo(first.upperBounds());
        assertThat(second.nullValueCounts()).isEqualTo(first.nullValueCounts());
        assertThat(second.valueCounts()).isEqualTo(first.valueCounts());
        assertThat(rows(table, second)).containsExactlyElementsOf(rows(table, first));
    }

    private static List<byte[]> rows(Table table, DataFile file) {
        return BronzeFixture.rebuilt(table, file, Map.of(1, OrderSchemas.v2()));
    }

    @Test
    void what_the_table_itself_says_about_a_column_is_kept() throws IOException {
        land(0);
        Table table = bronze.catalog.loadTable(bronze.name);
        memory.learned(10_000, Set.of("currency", "country"));
        table.updateProperties()
                .set("write.parquet.dict-encoding-enabled.column.currency", "true")
                .commit();
        PartitionWriter writer = new PartitionWriter(
                new BronzeTables(bronze.catalog),
                bronze.name,
                LandingSpec.defaults(),
                () -> BronzeFixture.NOW,
                landing);
        Schema schema = OrderSchemas.v2();
        for (int i = 0; i < ROWS; i++) {
            BronzeFixture.land(writer, i, 1, schema, BronzeFixture.encode(schema, OrderEvents.event(schema, i)));
        }
        DataFile file = writer.finish().files().get(0);

        assertThat(DictionaryUse.without(table.io().newInputFile(file.location()), table.schema()))
                .contains("country")
                .doesNotContain("currency");
        List<Record> read = BronzeFixture.rows(bronze.commit(new LandedFiles(List.of(file), ROWS, 0, List.of(1))));
        assertThat(read).hasSize(ROWS);
    }

    @Test
    void small_files_teach_nothing_and_much_larger_ones_call_for_a_new_lesson() {
        assertThat(memory.next().lesson()).isTrue();
        assertThat(memory.next().lesson()).as("while a lesson is under way").isFalse();
        memory.learned(10, Set.of("a"));
        assertThat(memory.next().lesson()).isTrue();
        memory.learned(5_000, Set.of("a"));
        memory.closed(6_000);
        assertThat(memory.next()).isEqualTo(new DictionaryMemory.Choice(false, Set.of("a")));
        memory.closed(60_000);
        assertThat(memory.next()).isEqualTo(new DictionaryMemory.Choice(true, Set.of()));
        memory.missed();
        assertThat(memory.next().lesson()).isTrue();
    }

    @Test
    void a_lesson_is_repeated_after_some_dozens_of_files() {
        memory.next();
        memory.learned(5_000, Set.of("a"));
        int files = 1;
        while (!memory.next().lesson()) {
            files++;
        }
        assertThat(files).isBetween(50, 100);
    }
}
