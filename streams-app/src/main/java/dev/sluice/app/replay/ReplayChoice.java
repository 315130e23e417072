package dev.sluice.app.replay;

import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.dlq.Position;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which dead letters to put back.
 *
 * @param filter what they must be like
 * @param positions where they must stand, in the source topic or in the dead-letter topic; empty for anywhere
 * @param limit at most so many, the oldest of each partition first
 * @param maxReplays a record that was put back so often already is left alone
 */
public record ReplayChoice(Predicate<DeadLetterView> filter, Set<Position> positions, long limit, int maxReplays) {
    /** What a record may be put back at most unless somebody says otherwise. */
    public static final int DEFAULT_MAX_REPLAYS = 3;

    public ReplayChoice {
        positions = Set.copyOf(positions);
    }

    /** All that match a filter. */
    public static ReplayChoice of(Predicate<DeadLetterView> filter) {
        return new ReplayChoice(filter, Set.of(), Long.MAX_VALUE, DEFAULT_MAX_REPLAYS);
    }

    public ReplayChoice withMaxReplays(int most) {
        return new ReplayChoice(filter, positions, limit, most);
    }

    boolean takes(String dlq, DeadLetterView letter) {
        boolean named = positions.isEmpty()
                || positions.contains(letter.position())
                || positions.contains(new Position(dlq, letter.dlqPartition(), letter.dlqOffset()));
        return named && filter.test(letter);
    }
}
