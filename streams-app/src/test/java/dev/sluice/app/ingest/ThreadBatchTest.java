package dev.sluice.app.ingest;

import static dev.sluice.app.ingest.OrdersFixture.P0;
import static dev.sluice.app.ingest.OrdersFixture.P1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.app.announce.Announcement;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.sink.land.RecordPosition;
import dev.sluice.sink.ledger.RangeCounts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ThreadBatchTest {
    private static final BatchIdentity IDENTITY =
            new BatchIdentity("pipeline", "instance", "batch", Instant.parse("2026-01-02T03:04:05Z"));

    private final FixedPositions positions = new FixedPositions();
    private final LandingTarget target = OrdersFixture.target();
    private final ThreadBatch thread = new ThreadBatch(positions);

    @Test
    void each_partition_announces_the_range_from_its_last_offset_to_the_committed_one() {
        positions.starts.put(P1, 100L);
        PartitionBatch zero = thread.open(P0, target);
        PartitionBatch one = thread.open(P1, target);
        land(zero, P0, 0);
        zero.deadLetter(1);
        zero.tombstone(at(P0, 2), new byte[] {1});
        land(one, P1, 105);

        List<Announcement> announcements = thread.finish(offsets(P0, 3, P1, 107), IDENTITY);

        assertThat(announcements).hasSize(2);
        Announcement first = announcements.stream()
                .filter(a -> a.range().source().partition() == 0)
                .findFirst()
                .orElseThrow();
        assertThat(first.range().from()).isZero();
        assertThat(first.range().to()).isEqualTo(3);
        assertThat(first.counts()).isEqualTo(new RangeCounts(1, 1, 1));
        assertThat(first.schemaIds()).containsExactly(OrdersFixture.SCHEMA_ID);
        assertThat(first.files()).hasSize(1);
        Announcement second = announcements.get(announcements.indexOf(first) == 0 ? 1 : 0);
        assertThat(second.range().from()).isEqualTo(100);
        assertThat(second.range().to()).isEqualTo(107);
    }

    @Test
    void the_next_range_starts_where_the_last_one_ended() {
        PartitionBatch zero = thread.open(P0, target);
        land(zero, P0, 0);
        thread.finish(offsets(P0, 1), IDENTITY);
        land(zero, P0, 5);

        List<Announcement> announcements = thread.finish(offsets(P0, 6), IDENTITY);

        assertThat(announcements).singleElement().satisfies(a -> {
            assertThat(a.range().from()).isEqualTo(1);
            assertThat(a.range().to()).isEqualTo(6);
        });
    }

    @Test
    void offsets_that_move_over_transaction_markers_alone_are_announced_without_files() {
        thread.open(P0, target);

        List<Announcement> announcements = thread.finish(offsets(P0, 2), IDENTITY);

        assertThat(announcements).singleElement().satisfies(a -> {
            assertThat(a.files()).isEmpty();
            assertThat(a.counts()).isEqualTo(RangeCounts.NONE);
        });
    }

    @Test
    void an_offset_that_jumps_to_a_new_log_start_without_a_record_stops_loudly() {
        thread.open(P0, target);
        positions.logStarts.put(P0, 40L);

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> thread.finish(offsets(P0, 40), IDENTITY))
                .withMessageContaining("are gone from the topic by retention")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.OFFSETS_LOST));
    }

    @Test
    void an_offset_that_jumps_over_an_aborted_transaction_goes_on() {
        thread.open(P0, target);

        assertThat(thread.finish(offsets(P0, 40), IDENTITY)).hasSize(1);
    }

    @Test
    void offsets_that_did_not_move_are_not_announced() {
        thread.open(P0, target);

        assertThat(thread.finish(offsets(P0, 0), IDENTITY)).isEmpty();
    }

    @Test
    void a_commit_without_the_offset_of_landed_rows_is_refused() {
        land(thread.open(P0, target), P0, 0);

        assertThatExceptionOfType(CommitFailedException.class)
                .isThrownBy(() -> thread.finish(Map.of(), IDENTITY))
                .withMessageContaining("orders-0@0");
    }

    @Test
    void a_commit_without_the_offset_of_dead_letters_is_refused() {
        thread.open(P0, target).deadLetter(0);
        thread.open(P1, target);

        assertThatExceptionOfType(CommitFailedException.class)
                .isThrownBy(() -> thread.finish(offsets(P1, 1), IDENTITY));
    }

    @Test
    void a_commit_that_does_not_reach_past_the_last_row_is_refused() {
        PartitionBatch zero = thread.open(P0, target);
        land(zero, P0, 0);
        land(zero, P0, 1);

        assertThatExceptionOfType(CommitFailedException.class)
                .isThrownBy(() -> thread.finish(offsets(P0, 1), IDENTITY));
    }

    @Test
    void a_commit_of_a_partition_that_is_not_open_here_is_refused() {
        assertThatExceptionOfType(CommitFailedException.class)
                .isThrownBy(() -> thread.finish(offsets(P0, 1), IDENTITY));
    }

    @Test
    void an_offset_that_goes_back_is_a_defect() {
        positions.starts.put(P0, 10L);
        thread.open(P0, target);

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> thread.finish(offsets(P0, 9), IDENTITY))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.OFFSET_MISMATCH));
    }

    @Test
    void a_transaction_with_dead_letters_of_a_dropped_partition_cannot_commit_until_it_is_gone() {
        thread.open(P0, target).deadLetter(0);
        thread.open(P1, target);
        thread.drop(P0);

        assertThatExceptionOfType(CommitFailedException.class)
                .isThrownBy(() -> thread.finish(offsets(P1, 1), IDENTITY));

        thread.transactionGone();
        assertThat(thread.finish(offsets(P1, 1), IDENTITY)).hasSize(1);
    }

    @Test
    void rows_of_a_dropped_partition_are_forgotten_and_begun_anew() {
        land(thread.open(P0, target), P0, 0);
        thread.drop(P0);

        PartitionBatch again = thread.open(P0, target);
        land(again, P0, 0);

        assertThat(thread.finish(offsets(P0, 1), IDENTITY))
                .singleElement()
                .satisfies(a -> assertThat(a.counts()).isEqualTo(new RangeCounts(1, 0, 0)));
    }

    @Test
    void a_gap_that_the_logs_new_start_explains_stops_landing() {
        PartitionBatch zero = thread.open(P0, target);
        land(zero, P0, 0);
        land(zero, P0, 50);
        positions.logStarts.put(P0, 48L);

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> thread.finish(offsets(P0, 51), IDENTITY))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.OFFSETS_LOST));
    }

    @Test
    void a_gap_of_a_compacted_topic_is_no_loss() {
        PartitionBatch zero = thread.open(P0, target);
        land(zero, P0, 0);
        land(zero, P0, 50);

        assertThat(thread.finish(offsets(P0, 51), IDENTITY)).hasSize(1);
    }

    @Test
    void a_partition_that_starts_over_stops_landing() {
        positions.starts.put(P0, 10L);
        PartitionBatch zero = thread.open(P0, target);

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> land(zero, P0, 3))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.OFFSETS_LOST));
    }

    private static void land(PartitionBatch batch, TopicPartition partition, long offset) {
        batch.land(
                at(partition, offset),
                new byte[] {1},
                OrdersFixture.SCHEMA_ID,
                OrdersFixture.SCHEMA,
                OrdersFixture.order("o-" + offset),
                ConfluentFraming.HEADER_LENGTH);
    }

    private static RecordPosition at(TopicPartition partition, long offset) {
        return new RecordPosition(partition.topic(), partition.partition(), offset, 1_000);
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(TopicPartition partition, long offset) {
        return Map.of(partition, new OffsetAndMetadata(offset));
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(
            TopicPartition one, long first, TopicPartition two, long second) {
        return Map.of(one, new OffsetAndMetadata(first), two, new OffsetAndMetadata(second));
    }
}
