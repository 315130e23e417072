package dev.sluice.sink.land;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bounds of whole numbers, in the order in which they were asked for. */
final class WholeChecks {
    static final WholeChecks NONE = new WholeChecks(List.of());

    private final long[] bounds;
    private final boolean[] least;
    private final String[] details;

    private WholeChecks(List<Check> checks) {
        bounds = new long[checks.size()];
        least = new boolean[bounds.length];
        details = new String[bounds.length];
        for (int i = 0; i < bounds.length; i++) {
            Check check = checks.get(i);
            Long bound = Checks.wholeBound(check);
            if (bound == null) {
                throw new IllegalArgumentException("no bound: " + check);
            }
            bounds[i] = bound;
            least[i] = check instanceof Check.Min;
            details[i] = Checks.broken(check);
        }
    }

    /** Null when there is a check of another kind. */
    static @Nullable WholeChecks of(List<Check> checks) {
        return checks.stream().allMatch(check -> Checks.wholeBound(check) != null) ? new WholeChecks(checks) : null;
    }

    void check(AvroInput in, long number) {
        for (int i = 0; i < bounds.length; i++) {
            if (least[i] ? number < bounds[i] : number > bounds[i]) {
                in.broken(RejectReason.RULE_BROKEN, details[i]);
            }
        }
    }
}
