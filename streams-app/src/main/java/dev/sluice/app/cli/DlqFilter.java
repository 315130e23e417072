package dev.sluice.app.cli;

import dev.sluice.app.dlq.DeadLetterView;
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

    @Override
    public boolean test(DeadLetterView letter) {
        boolean reason = reasons.isEmpty() || reasons.stream().anyMatch(letter.reason()::equalsIgnoreCase);
        return reason
                && (text == null || letter.detail().toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT)));
    }
}
