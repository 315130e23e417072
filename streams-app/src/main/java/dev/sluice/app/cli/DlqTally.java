package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.replay.DeadLetterState;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts of dead letters by period, reason and schema id, each by state. */
public final class DlqTally {
    private final Period period;
    private final Map<Group, Counts> groups = new TreeMap<>(Comparator.comparing(Group::start)
            .thenComparing(Group::reason)
            .thenComparing(group -> group.schemaId() == null ? -1 : group.schemaId()));

    public DlqTally(Period period) {
        this.period = period;
    }

    /** How long the periods are. */
    public enum Period {
        ALL,
        HOUR,
        DAY;

        private Instant start(Instant time) {
            return switch (this) {
                case ALL -> Instant.EPOCH;
                case HOUR -> time.truncatedTo(ChronoUnit.HOURS);
                case DAY -> time.truncatedTo(ChronoUnit.DAYS);
            };
        }
    }

    private record Group(
            Instant start, String reason, @Nullable Integer schemaId) {}

    private static final class Counts {
        private final Map<DeadLetterState, Long> states = new EnumMap<>(DeadLetterState.class);
        private @Nullable DeadLetterView newest;

        private long of(DeadLetterState state) {
            return states.getOrDefault(state, 0L);
        }

        private long all() {
            return states.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    public void add(DeadLetterView letter, DeadLetterState state) {
        Counts counts = groups.computeIfAbsent(
                new Group(period.start(letter.timestamp()), letter.reason(), letter.schemaId()), group -> new Counts());
        counts.states.merge(state, 1L, Long::sum);
        DeadLetterView newest = counts.newest;
        if (newest == null || letter.timestamp().isAfter(newest.timestamp())) {
            counts.newest = letter;
        }
    }

    /** All dead letters in that state. */
    public long of(DeadLetterState state) {
        return groups.values().stream().mapToLong(counts -> counts.of(state)).sum();
    }

    public long all() {
        return groups.values().stream().mapToLong(Counts::all).sum();
    }

    /** A line and a table. */
    public void print(String dlq, PrintWriter out) {
        out.printf(
                "%s: %,d dead letters, %,d open, %,d replayed, %,d dead again, %,d closed%n",
                dlq,
                all(),
                of(DeadLetterState.OPEN),
                of(DeadLetterState.REPLAYED),
                of(DeadLetterState.DEAD_AGAIN),
                of(DeadLetterState.CLOSED));
        if (groups.isEmpty()) {
            return;
        }
        List<String> header = new ArrayList<>();
        if (period != Period.ALL) {
            header.add("since");
        }
        header.addAll(List.of("reason", "schema id", "records", "open", "replayed", "dead again", "closed", "newest"));
        TextTable table = new TextTable(header);
        groups.forEach((group, counts) -> {
            List<@Nullable Object> row = new ArrayList<>();
            if (period != Period.ALL) {
                row.add(group.start().toString());
            }
            row.add(group.reason());
            row.add(group.schemaId() == null ? "none" : Integer.toString(group.schemaId()));
            row.add(counts.all());
            for (DeadLetterState state : DeadLetterState.values()) {
                row.add(counts.of(state));
            }
            DeadLetterView newest = counts.newest;
            row.add(newest == null ? "" : newest.position().toString());
            table.row(row.toArray());
        });
        table.lines().forEach(line -> out.println("  " + line));
    }

    /** One object. */
    public ObjectNode json() {
        ObjectNode json = new ObjectMapper().createObjectNode().put("dead_letters", all());
        for (DeadLetterState state : DeadLetterState.values()) {
            json.put(state.label().replace('-', '_'), of(state));
        }
        Map<String, Long> reasons = new TreeMap<>();
        groups.forEach((group, counts) -> reasons.merge(group.reason(), counts.all(), Long::sum));
        ObjectNode byReason = json.putObject("reasons");
        reasons.forEach(byReason::put);
        ArrayNode list = json.putArray("groups");
        groups.forEach((group, counts) -> {
            ObjectNode node = list.addObject();
            if (period != Period.ALL) {
                node.put("since", group.start().toString());
            }
            node.put("reason", group.reason())
                    .put("schema_id", group.schemaId())
                    .put("records", counts.all());
            for (DeadLetterState state : DeadLetterState.values()) {
                node.put(state.label().replace('-', '_'), counts.of(state));
            }
        });
        return json;
    }
}
