package dev.sluice.app.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.dlq.Position;
import dev.sluice.app.replay.ReplayMarker;
import dev.sluice.sink.audit.AuditLine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ReplayEvidenceTest {
    private static final Position FIRST = new Position("orders", 0, 1);
    private static final Position SECOND = new Position("orders", 0, 2);

    private final ReplayEvidence evidence =
            new ReplayEvidence(Map.of(FIRST, new ReplayMarker("orders.dlq", FIRST, at(10), 1, null, Instant.EPOCH)));

    @Test
    void open_and_landed_dead_letters_add_up() {
        evidence.deadLetter(FIRST);
        evidence.deadLetter(SECOND);
        evidence.source(replay(10, FIRST));

        List<AuditLine> lines = evidence.lines("orders.dlq", target -> ReplayEvidence.Fate.LANDED);

        assertThat(lines).noneMatch(AuditLine::failed);
        assertThat(lines.get(0).found()).isEqualTo("2 = 1 + 0 + 1 + 0");
    }

    @Test
    void one_that_was_put_back_and_is_nowhere_is_named() {
        evidence.deadLetter(FIRST);

        AuditLine line =
                evidence.lines("orders.dlq", target -> ReplayEvidence.Fate.LOST).get(0);

        assertThat(line.failed()).isTrue();
        assertThat(line.detail()).contains("orders-0@1");
    }

    @Test
    void one_that_was_put_back_twice_is_named() {
        evidence.deadLetter(FIRST);
        evidence.source(replay(10, FIRST));
        evidence.source(replay(11, FIRST));

        AuditLine line = evidence.lines("orders.dlq", target -> ReplayEvidence.Fate.LANDED)
                .get(1);

        assertThat(line.failed()).isTrue();
        assertThat(line.detail()).contains("orders-0@11").doesNotContain("orders-0@10");
    }

    private static Position at(long offset) {
        return new Position("orders", 0, offset);
    }

    private static ConsumerRecord<byte[], byte[]> replay(long offset, Position of) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("orders", 0, offset, new byte[0], new byte[0]);
        record.headers().add("sluice.replay-of", of.toString().getBytes(StandardCharsets.UTF_8));
        return record;
    }
}
