package dev.sluice.sink.land;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.orders.OrderSchemas;
import dev.sluice.sink.bronze.BronzeTables;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class PartitionWriterTest {
    private final BronzeFixture bronze = new BronzeFixture();

    private static Landed landOrder(PartitionWriter writer, int number, Schema schema, int id) {
        return BronzeFixture.land(
                writer, number, id, schema, BronzeFixture.encode(schema, OrderEvents.event(schema, number)));
    }

    @Test
    void nothing_landed_is_no_file_and_no_table() {
        PartitionWriter writer = bronze.writer(LandingSpec.defaults());
        LandedFiles landed = writer.finish();
        assertThat(landed).isEqualTo(new LandedFiles(List.of(), 0, 0, List.of()));
        assertThat(bronze.catalog.tableExists(bronze.name)).isFalse();
    }

    @Test
    void rows_carry_where_they_came_from() {
        PartitionWriter writer = bronze.writer(LandingSpec.defaults());
        landOrder(writer, 5, OrderSchemas.v1(), 9);
        Record row = bronze.finishAndRead(writer).get(0);
        assertThat(row.getField("_kafka_topic")).isEqualTo("events");
        assertThat(row.getField("_kafka_partition")).isEqualTo(3);
        assertThat(row.getField("_kafka_offset")).isEqualTo(5L);
        assertThat(row.getField("_kafka_timestamp")).hasToString("2023-11-14T22:13:20.005Z");
        assertThat(row.getField("_kafka_key")).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
        assertThat(row.getField("_schema_id")).isEqualTo(9);
        assertThat(row.getField("_payload")).isNull();
        assertThat(row.getField("_ingested_at")).hasToString("2026-03-01T10:00Z");
        assertThat(row.getField("currency")).isEqualTo("USD");
    }

    @Test
    void a_tombstone_after_a_row_has_a_key_and_nothing_else() {
        PartitionWriter writer = bronze.writer(LandingSpec.defaults());
        landOrder(writer, 1, OrderSchemas.v1(), 9);
        writer.tombstone(BronzeFixture.at(2), new byte[] {7});
        LandedFiles landed = writer.finish();
        assertThat(landed.rows()).isEqualTo(1);
        assertThat(landed.tombstones()).isEqualTo(1);
        assertThat(landed.files().get(0).recordCount()).isEqualTo(2);
        Record tombstone = BronzeFixture.rows(bronze.commit(landed)).get(1);
        assertThat(tombstone.getField("_schema_id")).isNull();
        assertThat(tombstone.getField("order_id")).isNull();
        assertThat(tombstone.getField("_kafka_key")).isEqualTo(ByteBuffer.wrap(new byte[] {7}));
    }

    @Test
    void rejected_records_are_not_rows() {
        PartitionWriter writer = bronze.writer(LandingSpec.defaults());
        landOrder(writer, 1, OrderSchemas.v1(), 9);
        BronzeFixture.land(writer, 2, 9, OrderSchemas.v1(), new byte[] {1, 2, 3});
        landOrder(writer, 3, OrderSchemas.v1(), 9);
        assertThat(bronze.finishAndRead(writer))
                .extracting(row -> row.getField("_kafka_offset"))
                .containsExactly(1L, 3L);
    }

    @Test
    void rolls_over_at_the_target_size_and_says_so() {
        PartitionWriter writer = bronze.writer(LandingSpec.defaults().withTargetFileBytes(20_000));
        assertThat(writer.full()).isFalse();
        for (int i = 0; i < 2_000; i++) {
            landOrder(writer, i, OrderSchemas.v1(), 9);
        }
        assertThat(writer.full()).isTrue();
        LandedFiles landed = writer.finish();
        assertThat(landed.files().size()).isGreaterThan(2);
        assertThat(landed.files().stream().mapToLong(DataFile::recordCount).sum())
                .isEqualTo(2_000);
        assertThat(BronzeFixture.rows(bronze.commit(landed)))
                .extracting(row -> row.getField("_kafka_offset"))
                .doesNotHaveDuplicates()
                .hasSize(2_000);
    }

    @Test
    void files_are_named_by_partition_and_first_offset_and_carry_bounds() {
        PartitionWriter writer = bronze.writer(LandingSpec.defaults());
        for (int i = 40; i < 50; i++) {
            landOrder(writer, i, OrderSchemas.v1(), 9);
        }
        DataFile file = writer.finish().files().get(0);
        assertThat(file.location())
                .contains("/events-00003-0000000000000000040-")
                .endsWith(".parquet");
        Table table = bronze.catalog.loadTable(bronze.name);
        Types.NestedField offset = table.schema().findField("_kafka_offset");
        Object lower =
                Conversions.fromByteBuffer(offset.type(), file.lowerBounds().get(offset.fieldId()));
        Object upper =
                Conversions.fromByteBuffer(offset.type(), file.upperBounds().get(offset.fieldId()));
        assertThat(List.of(lower, upper)).containsExactly(40L, 49L);
        int payload = table.schema().findField("_payload").fieldId();
        assertThat(file.nullValueCounts()).containsEntry(payload, 10L);
        assertThat(file.lowerBounds())
                .containsKey(table.schema().findField("order_id").fieldId());
    }

    @Test
    void a_new_schema_in_the_middle_of_a_batch_begins_a_new_file() {
        PartitionWriter writer = bronze.writer(LandingSpec.defaults());
        landOrder(writer, 1, OrderSchemas.v1(), 1);
        landOrder(writer, 2, OrderSchemas.v1(), 1);
        landOrder(writer, 3, OrderSchemas.v2(), 2);
        landOrder(writer, 5, OrderSchemas.v1(), 1);
        LandedFiles landed = writer.finish();
        assertThat(landed.files()).extracting(DataFile::recordCount).containsExactly(2L, 2L);
        assertThat(landed.schemaIds()).containsExactly(1, 2);
        assertThat(BronzeFixture.rows(bronze.commit(landed)))
                .extracting(row -> row.getField("channel"))
                .containsExactly(null, null, "WEB", null);
    }

    @Test
    void abort_deletes_closed_and_open_files() {
        DiskCatalog disk = new DiskCatalog();
        PartitionWriter writer = onDisk(disk);
        landOrder(writer, 1, OrderSchemas.v1(), 1);
        landOrder(writer, 3, OrderSchemas.v2(), 2);
        assertThat(disk.dataFiles).isNotEmpty();
        writer.abort();
        assertThat(disk.dataFiles).isEmpty();
        assertThatThrownBy(() -> landOrder(writer, 4, OrderSchemas.v1(), 1)).hasMessageContaining("ended before");
    }

    @Test
    void close_after_finish_keeps_the_files() {
        PartitionWriter writer = bronze.writer(LandingSpec.defaults());
        landOrder(writer, 1, OrderSchemas.v1(), 1);
        LandedFiles landed = writer.finish();
        writer.close();
        assertThat(BronzeFixture.rows(bronze.commit(landed))).hasSize(1);
    }

    @Test
    void a_full_disk_names_the_file_and_leaves_a_writer_that_can_only_abort() {
        DiskCatalog disk = new DiskCatalog();
        PartitionWriter writer = onDisk(disk);
        landOrder(writer, 1, OrderSchemas.v1(), 1);
        disk.space = 10;
        assertThatThrownBy(writer::finish)
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED))
                .hasMessageContaining("events-00003-0000000000000000001-")
                .hasMessageContaining("No space left");
        assertThatThrownBy(() -> landOrder(writer, 2, OrderSchemas.v1(), 1)).hasMessageContaining("failed before");
        writer.abort();
        assertThat(disk.dataFiles).isEmpty();
    }

    private PartitionWriter onDisk(DiskCatalog disk) {
        return new PartitionWriter(
                new BronzeTables(disk), bronze.name, LandingSpec.defaults(), () -> BronzeFixture.NOW);
    }
}
