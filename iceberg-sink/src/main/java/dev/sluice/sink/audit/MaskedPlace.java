package dev.sluice.sink.audit;

import dev.sluice.sink.land.PiiAction;
import dev.sluice.sink.land.PiiRule;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A place in a record and what the rules for personal data say of it.
 *
 * @param paths every path that means the place, by names and aliases; empty text for the record itself
 * @param action {@code KEEP} where no rule holds
 */
record MaskedPlace(Map<String, PiiRule> rules, Set<String> paths, PiiAction action) {
    static MaskedPlace root(Map<String, PiiRule> rules) {
        return new MaskedPlace(rules, Set.of(""), PiiAction.KEEP);
    }

    /** The strictest rule of this very place counts, else the one of the place around it. */
    MaskedPlace field(Schema.Field field) {
        Set<String> names = new HashSet<>(field.aliases());
        names.add(field.name());
        Set<String> below = new HashSet<>();
        PiiAction strictest = null;
        for (String path : paths) {
            for (String name : names) {
                String full = path.isEmpty() ? name : path + "." + name;
                below.add(full);
                strictest = stricter(strictest, rules.get(full));
            }
        }
        return new MaskedPlace(rules, below, strictest == null ? action : strictest);
    }

    private static @Nullable PiiAction stricter(@Nullable PiiAction one, @Nullable PiiRule other) {
        if (other == null) {
            return one;
        }
        return one == null || one.compareTo(other.action()) < 0 ? other.action() : one;
    }
}
