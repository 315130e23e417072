package dev.sluice.sink.land;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The place of a value in its record, with the rules and checks that hold there.
 *
 * @param paths every path that means this place: by the field's name, its aliases and its column's name; empty text for
 *     the record itself
 * @param action what is done to personal data here, null for nothing
 */
record Scope(LandingSpec spec, Set<String> paths, @Nullable PiiAction action) {
    static Scope root(LandingSpec spec) {
        return new Scope(spec, Set.of(""), null);
    }

    /** Same place, but nothing is masked any more, because all of it will be replaced. */
    Scope unmasked() {
        return new Scope(spec.withPii(PiiRules.none()), paths, null);
    }

    Scope field(Schema.Field field, @Nullable String column) {
        Set<String> names = FieldColumns.names(field);
        if (column != null) {
            names.add(column);
        }
        Set<String> below = new HashSet<>();
        PiiAction strictest = null;
        for (String path : paths) {
            for (String name : names) {
                String full = path.isEmpty() ? name : path + '.' + name;
                below.add(full);
                PiiAction here = spec.pii().at(full);
                if (here != null && (strictest == null || here.compareTo(strictest) > 0)) {
                    strictest = here;
                }
            }
        }
        return new Scope(spec, below, strictest == null ? action : strictest);
    }

    /** The checks of exactly this place. */
    List<Check> checks() {
        return spec.checks().stream()
                .filter(check -> paths.contains(check.column()))
                .toList();
    }

    /** The not_null checks of fields of this record that the writer does not have. */
    List<Check.NotNull> missing(Schema record) {
        Set<String> known = new HashSet<>();
        record.getFields().forEach(field -> known.addAll(field(field, null).paths()));
        return spec.checks().stream()
                .filter(Check.NotNull.class::isInstance)
                .map(Check.NotNull.class::cast)
                .filter(check -> paths.contains(parent(check.column())) && !known.contains(check.column()))
                .toList();
    }

    /** Whether a rule for something below this place exists. */
    boolean rulesBelow() {
        return spec.pii().columns().stream()
                .anyMatch(rule -> paths.stream().anyMatch(path -> path.isEmpty() || rule.startsWith(path + '.')));
    }

    private static String parent(String path) {
        int dot = path.lastIndexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }
}
