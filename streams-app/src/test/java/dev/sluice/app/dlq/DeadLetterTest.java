package dev.sluice.app.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.land.Landed;
import dev.sluice.sink.land.RecordPosition;
import dev.sluice.sink.land.RejectReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
    private static final RecordPosition AT = new RecordPosition("orders", 3, 42, 1_000);
    private static final byte[] KEY = {1};
    private static final byte[] VALUE = {0, 0, 0, 0, 7, 99};

    private final DlqReader reader = new DlqReader();

    @Test
    void headers_say_the_reason_in_our_own_in_streams_and_in_connects_words() {
        Headers headers = letter(RejectReason.TRUNCATED, "ends at byte 6").headers(new RecordHeaders(), "Landing");

        assertThat(text(headers, "sluice.reason")).isEqualTo("TRUNCATED");
        assertThat(text(headers, "sluice.detail")).isEqualTo("ends at byte 6");
        assertThat(text(headers, "sluice.schema-id")).isEqualTo("7");
        assertThat(text(headers, "__streams.errors.topic")).isEqualTo("orders");
        assertThat(text(headers, "__streams.errors.partition")).isEqualTo("3");
        assertThat(text(headers, "__streams.errors.offset")).isEqualTo("42");
        assertThat(text(headers, "__streams.errors.message")).isEqualTo("TRUNCATED: ends at byte 6");
        assertThat(text(headers, "__streams.errors.exception")).isNotEmpty();
        assertThat(text(headers, "__connect.errors.topic")).isEqualTo("orders");
        assertThat(text(headers, "__connect.errors.partition")).isEqualTo("3");
        assertThat(text(headers, "__connect.errors.offset")).isEqualTo("42");
        assertThat(text(headers, "__connect.errors.connector.name")).isEqualTo("pipeline");
        assertThat(text(headers, "__connect.errors.task.id")).isEqualTo("3");
        assertThat(text(headers, "__connect.errors.stage")).isEqualTo("VALUE_CONVERTER");
        assertThat(text(headers, "__connect.errors.class.name")).isEqualTo("Landing");
        assertThat(text(headers, "__connect.errors.exception.class.name")).isNotEmpty();
        assertThat(text(headers, "__connect.errors.exception.message")).isEqualTo("TRUNCATED: ends at byte 6");
    }

    @Test
    void a_dead_letter_is_read_back_with_the_records_own_headers_apart() {
        Headers original = new RecordHeaders().add("trace", new byte[] {5});

        DeadLetterView view = reader.read(
                dlqRecord(letter(RejectReason.TRUNCATED, "ends at byte 6").headers(original, "Landing")));

        assertThat(view.reason()).isEqualTo("TRUNCATED");
        assertThat(view.meaning()).isEqualTo(RejectReason.TRUNCATED.meaning());
        assertThat(view.detail()).isEqualTo("ends at byte 6");
        assertThat(view.schemaId()).isEqualTo(7);
        assertThat(view.topic()).isEqualTo("orders");
        assertThat(view.partition()).isEqualTo(3);
        assertThat(view.offset()).isEqualTo(42);
        assertThat(view.timestamp()).isEqualTo(Instant.ofEpochMilli(1_000));
        assertThat(view.key()).isEqualTo(KEY);
        assertThat(view.value()).isEqualTo(VALUE);
        assertThat(view.headers())
                .singleElement()
                .satisfies(header -> assertThat(header.key()).isEqualTo("trace"));
        assertThat(original).hasSize(1);
    }

    @Test
    void a_dead_letter_that_fails_again_shows_its_newest_reason() {
        Headers once = letter(RejectReason.TRUNCATED, "first").headers(new RecordHeaders(), "Landing");
        Headers twice = letter(RejectReason.CORRUPT, "second").headers(once, "Landing");

        DeadLetterView view = reader.read(dlqRecord(twice));

        assertThat(view.reason()).isEqualTo("CORRUPT");
        assertThat(view.detail()).isEqualTo("second");
        assertThat(view.headers()).isEmpty();
    }

    @Test
    void headers_that_the_record_brought_stay_its_own_whatever_their_names() {
        Headers brought = new RecordHeaders()
                .add("__connect.errors.topic", "elsewhere".getBytes(StandardCharsets.UTF_8))
                .add("trace", new byte[] {1});

        DeadLetterView view =
                reader.read(dlqRecord(letter(RejectReason.CORRUPT, "now").headers(brought, "Landing")));

        assertThat(view.headers())
                .extracting(header -> header.key())
                .containsExactly("__connect.errors.topic", "trace");
    }

    @Test
    void a_dead_letter_of_another_program_is_shown_as_far_as_it_goes() {
        Headers headers = new RecordHeaders()
                .add("__connect.errors.topic", "other".getBytes(StandardCharsets.UTF_8))
                .add("__connect.errors.exception.message", "boom".getBytes(StandardCharsets.UTF_8));

        DeadLetterView view = reader.read(dlqRecord(headers));

        assertThat(view.reason()).isEqualTo(DeadLetterView.UNKNOWN);
        assertThat(view.detail()).isEqualTo("boom");
        assertThat(view.topic()).isEqualTo("other");
        assertThat(view.offset()).isEqualTo(-1);
        assertThat(view.schemaId()).isNull();
    }

    @Test
    void a_long_detail_is_cut_so_that_the_record_still_fits_its_topic() {
        Headers headers = letter(RejectReason.CORRUPT, "x".repeat(100_000)).headers(new RecordHeaders(), "Landing");

        int size = 0;
        for (var header : headers) {
            size += header.key().length() + header.value().length;
        }
        assertThat(size).isLessThan(8_000);
    }

    private static DeadLetter letter(RejectReason reason, String detail) {
        return new DeadLetter("pipeline", AT, 7, new Landed.Rejected(reason, detail));
    }

    private static ConsumerRecord<byte[], byte[]> dlqRecord(Headers headers) {
        return new ConsumerRecord<>(
                "orders.dlq", 3, 9, 1_000, TimestampType.CREATE_TIME, 1, 6, KEY, VALUE, headers, Optional.empty());
    }

    private static String text(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
