package dev.sluice.app.cli;

import dev.sluice.app.dlq.DeadLetterView;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose dead letters. */
public final class DlqFilter implements Predicate<DeadLetterView> {
    @Option(
            names = "--reason",
            paramLabel = "CODE",
            split = ",",
            description = "Only dead letters of these reasons, for example TRUNCATED,RULE_BROKEN.")
    private List<String> reasons = List.of();

    @Option(names = "--text", paramLabel = "TEXT", description = "Only dead letters whose detail contains this text.")
    private @Nullable String text;

    @Option(names = "--schema-id", paramLabel = "ID", description = "Only dead letters whose value claims this schema.")
    private @Nullable Integer schemaId;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = TimePoint.class,
            description =
                    "Only records with this timestamp or a later one: 2026-01-31T08:00:00Z, or 2h for so long ago.")
    private @Nullable Instant since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = TimePoint.class,
            description = "Only records with an earlier timestamp.")
    private @Nullable Instant until;

    /** Whether any option was given. */
    boolean chooses() {
        return !reasons.isEmpty() || text != null || schemaId != null || since != null || until != null;
    }

    @Override
    public boolean test(DeadLetterView letter) {
        boolean reason = reasons.isEmpty() || reasons.stream().anyMatch(letter.reason()::equalsIgnoreCase);
        boolean schema = schemaId == null || schemaId.equals(letter.schemaId());
        boolean time = (since == null || !letter.timestamp().isBefore(since))
                && (until == null || letter.timestamp().isBefore(until));
        return reason
                && schema
                && time
                && (text == null || letter.detail().toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT)));
    }
}
