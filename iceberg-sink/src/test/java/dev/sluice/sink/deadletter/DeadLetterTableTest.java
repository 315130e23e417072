package dev.sluice.sink.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.audit.TableRows;
import dev.sluice.sink.bronze.BronzeCommit;
import dev.sluice.sink.land.RecordPosition;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.SourcePartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadLetterTableTest {
    private static final TableIdentifier NAME = TableIdentifier.of("bronze", "orders_dlq");
    private static final SourcePartition PLACE = new SourcePartition("cluster", "topic-id", "orders.dlq", 2);
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    private final InMemoryCatalog catalog = new InMemoryCatalog();

    @BeforeEach
    void open() {
        catalog.initialize("test", Map.of());
    }

    @Test
    void a_range_that_is_offered_again_is_recognised() {
        DeadLetterTable table = table();
        table.append(range(0, 3), rows(0, 3));

        BronzeCommit again = table().append(range(0, 3), rows(0, 3));

        assertThat(again.changed()).isFalse();
        assertThat(read("_dlq_offset")).containsExactlyInAnyOrder(List.of(0L), List.of(1L), List.of(2L));
    }

    @Test
    void two_writers_that_read_the_same_ledger_land_the_range_once() {
        DeadLetterTable first = table();
        DeadLetterTable second = table();
        first.ledger();
        second.ledger();
        first.append(range(0, 2), rows(0, 2));
        second.append(range(0, 2), rows(0, 2));

        assertThat(read("_dlq_offset")).hasSize(2);
    }

    @Test
    void a_writer_that_was_overtaken_within_its_range_is_told_to_look_again() {
        DeadLetterTable slow = table();
        slow.ledger();
        table().append(range(0, 2), rows(0, 2));

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> slow.append(range(0, 4), rows(0, 4)))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));

        slow.append(range(2, 4), rows(2, 4));
        assertThat(read("_dlq_offset")).hasSize(4);
    }

    @Test
    void offsets_that_were_skipped_are_refused() {
        table().append(range(0, 2), rows(0, 2));

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> table().append(range(5, 6), rows(5, 6)))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_GAP));
    }

    @Test
    void a_row_tells_reason_place_and_the_dead_letter_that_it_was_put_back_for() {
        table().append(range(7, 8), rows(7, 8));

        assertThat(read("reason", "schema_id", "_kafka_topic", "_kafka_offset", "replay_of", "value_bytes"))
                .containsExactly(List.of("TRUNCATED", 4, "orders", 107L, "orders-2@5", 3));
        assertThat(read("_kafka_key", "value").get(0)).containsExactly(ByteBuffer.wrap(new byte[] {1}), null);
    }

    @Test
    void a_table_of_another_kind_is_left_alone() {
        catalog.createNamespace(Namespace.of("bronze"));
        catalog.createTable(NAME, new Schema(Types.NestedField.required(1, "id", Types.LongType.get())));

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(this::table)
                .withMessageContaining("_dlq_offset")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.SCHEMA_INVALID));
    }

    private DeadLetterTable table() {
        return DeadLetterTable.open(catalog, NAME, () -> NOW);
    }

    private static OffsetRange range(long from, long to) {
        return new OffsetRange(PLACE, from, to);
    }

    private static List<DeadLetterRow> rows(long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(offset -> new DeadLetterRow(
                        new RecordPosition("orders", 2, 100 + offset, 1_700_000_000_000L),
                        "TRUNCATED",
                        "byte 3",
                        4,
                        ByteBuffer.wrap(new byte[] {1}),
                        null,
                        3,
                        Map.of("sluice.replay-of", ByteBuffer.wrap("orders-2@5".getBytes(StandardCharsets.UTF_8))),
                        "orders.dlq",
                        2,
                        offset))
                .toList();
    }

    private List<List<@Nullable Object>> read(String... columns) {
        Table table = catalog.loadTable(NAME);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        new TableRows(table, List.of(columns)).forEach(table.currentSnapshot().snapshotId(), rows::add);
        return rows;
    }
}
