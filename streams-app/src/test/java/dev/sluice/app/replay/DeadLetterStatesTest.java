package dev.sluice.app.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.dlq.DeadLetterHeaders;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.dlq.Position;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;

class DeadLetterStatesTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 3);

    @Test
    void a_dead_letter_without_a_marker_is_open() {
        assertThat(states(100).of(letter(5, List.of()))).isEqualTo(DeadLetterState.OPEN);
    }

    @Test
    void one_that_was_put_back_waits_until_the_table_has_come_past_it() {
        assertThat(states(40, marker(5, 40)).of(letter(5, List.of()))).isEqualTo(DeadLetterState.REPLAYED);
        assertThat(states(41, marker(5, 40)).of(letter(5, List.of()))).isEqualTo(DeadLetterState.CLOSED);
    }

    @Test
    void one_whose_replay_was_rejected_is_dead_again_and_the_new_one_is_open() {
        DeadLetterStates states = states(100, marker(5, 40));
        DeadLetterView again = letter(40, List.of(header(DeadLetterHeaders.REPLAY_OF, "orders-3@5")));
        states.see(letter(5, List.of()));
        states.see(again);

        assertThat(states.of(letter(5, List.of()))).isEqualTo(DeadLetterState.DEAD_AGAIN);
        assertThat(states.of(again)).isEqualTo(DeadLetterState.OPEN);
    }

    @Test
    void what_goes_back_is_the_record_as_it_was_with_two_headers_of_ours() {
        DeadLetterView letter = letter(
                40,
                List.of(
                        header("trace", "t-1"),
                        header(DeadLetterHeaders.REPLAY_OF, "orders-3@5"),
                        header(DeadLetterHeaders.REPLAY_COUNT, "1")));

        ProducerRecord<byte[], byte[]> record = new PutBack(letter, letter.value(), null).record();

        assertThat(record.topic()).isEqualTo("orders");
        assertThat(record.partition()).isEqualTo(3);
        assertThat(record.timestamp()).isEqualTo(1_000);
        assertThat(record.key()).isEqualTo(letter.key());
        assertThat(record.value()).isEqualTo(letter.value());
        assertThat(record.headers())
                .extracting(header -> header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8))
                .containsExactly("trace=t-1", "sluice.replay-of=orders-3@40", "sluice.replay-count=2");
    }

    @Test
    void a_marker_reads_as_it_was_written() {
        ReplayMarker marker = marker(5, 40);

        assertThat(ReplayMarker.read(marker.value())).isEqualTo(marker);
        assertThat(new String(marker.key(), StandardCharsets.UTF_8)).isEqualTo("orders.dlq/orders-3@5");
    }

    private static DeadLetterStates states(long landedTo, ReplayMarker... markers) {
        Map<Position, ReplayMarker> byOriginal = new java.util.HashMap<>();
        for (ReplayMarker marker : markers) {
            byOriginal.put(marker.original(), marker);
        }
        return new DeadLetterStates(byOriginal, Map.of(PARTITION, landedTo));
    }

    private static ReplayMarker marker(long original, long target) {
        return new ReplayMarker(
                "orders.dlq",
                new Position("orders", 3, original),
                new Position("orders", 3, target),
                1,
                7,
                Instant.parse("2026-03-01T00:00:00Z"));
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static DeadLetterView letter(long offset, List<Header> headers) {
        return new DeadLetterView(
                3,
                offset,
                Instant.ofEpochMilli(1_000),
                "CORRUPT",
                "",
                null,
                "orders",
                3,
                offset,
                new byte[] {1},
                new byte[] {2, 3},
                headers);
    }
}
