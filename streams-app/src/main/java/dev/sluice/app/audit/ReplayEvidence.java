package dev.sluice.app.audit;

import dev.sluice.app.dlq.DeadLetterHeaders;
import dev.sluice.app.dlq.Position;
import dev.sluice.app.replay.ReplayMarker;
import dev.sluice.sink.audit.AuditLine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** What the topics say of dead letters that were put back, held against the replay markers. */
final class ReplayEvidence {
    private static final int SHOWN = 5;

    private final Map<Position, ReplayMarker> markers;
    private final List<Position> deadLetters = new ArrayList<>();
    private final List<Position> astray = new ArrayList<>();

    ReplayEvidence(Map<Position, ReplayMarker> markers) {
        this.markers = Map.copyOf(markers);
    }

    /** Where a record that was put back is now. */
    enum Fate {
        /** Not consumed yet. */
        WAITING,
        LANDED,
        DEAD_AGAIN,
        /** Consumed, and in neither place. */
        LOST
    }

    /** A dead letter is put back once, so its marker names the one record of the source topic that says so. */
    void source(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(DeadLetterHeaders.REPLAY_OF);
        if (header == null) {
            return;
        }
        Position here = new Position(record.topic(), record.partition(), record.offset());
        boolean marked = Position.parse(new String(header.value(), StandardCharsets.UTF_8))
                .map(markers::get)
                .filter(marker -> marker.target().equals(here))
                .isPresent();
        if (!marked) {
            astray.add(here);
        }
    }

    void deadLetter(Position original) {
        deadLetters.add(original);
    }

    List<AuditLine> lines(String dlq, Function<Position, Fate> fates) {
        Map<Fate, List<Position>> byFate = deadLetters.stream()
                .filter(markers::containsKey)
                .collect(Collectors.groupingBy(original -> fates.apply(target(original))));
        long open = deadLetters.stream()
                .filter(original -> !markers.containsKey(original))
                .count();
        List<Position> lost = byFate.getOrDefault(Fate.LOST, List.of());
        int known = deadLetters.size() - lost.size();
        return List.of(
                new AuditLine(
                        "Dead letters are accounted for",
                        dlq,
                        "dead letters = open + put back, not landed yet + put back and landed + put back and dead again",
                        Integer.toString(deadLetters.size()),
                        "%d = %d + %d + %d + %d"
                                .formatted(
                                        known,
                                        open,
                                        count(byFate, Fate.WAITING),
                                        count(byFate, Fate.LANDED),
                                        count(byFate, Fate.DEAD_AGAIN)),
                        lost.isEmpty() ? AuditLine.Verdict.PASS : AuditLine.Verdict.FAIL,
                        "put back, and then neither landed nor rejected: " + sample(lost)),
                AuditLine.equal(
                        "Dead letters are accounted for",
                        dlq,
                        "records put back twice, or without a marker in their transaction = 0",
                        0,
                        astray.size(),
                        "put back once too often, or by something else: " + sample(astray)));
    }

    private Position target(Position original) {
        ReplayMarker marker = markers.get(original);
        return marker == null ? original : marker.target();
    }

    private static int count(Map<Fate, List<Position>> byFate, Fate fate) {
        return byFate.getOrDefault(fate, List.of()).size();
    }

    private static String sample(List<Position> positions) {
        return positions.stream().limit(SHOWN).map(Position::toString).collect(Collectors.joining(", "));
    }
}
