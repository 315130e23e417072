package dev.sluice.sink.model;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Picks models by name, in the order in which they run. */
public final class Selection {
    private final ModelSet set;

    public Selection(ModelSet set) {
        this.set = set;
    }

    /**
     * The models that any of the patterns picks; all models for no pattern.
     *
     * @param patterns {@code silver.orders}, {@code silver.orders+} with everything downstream, {@code +gold.daily}
     *     with everything upstream; the schema may be left out of a name that only one model has
     * @throws SluiceException {@code USAGE} for a name that is none or several
     */
    public List<Model> of(List<String> patterns) {
        if (patterns.isEmpty()) {
            return set.models();
        }
        Set<String> names = new LinkedHashSet<>();
        for (String pattern : patterns) {
            boolean upstream = pattern.startsWith("+");
            boolean downstream = pattern.length() > 1 && pattern.endsWith("+");
            String name = pattern.substring(upstream ? 1 : 0, pattern.length() - (downstream ? 1 : 0));
            Model model = named(name);
            names.add(model.name());
            if (upstream) {
                addUpstream(model, names);
            }
            if (downstream) {
                addDownstream(model, names);
            }
        }
        return set.models().stream()
                .filter(model -> names.contains(model.name()))
                .toList();
    }

    /** The models that read a table directly. */
    public List<Model> readersOf(String table) {
        return set.models().stream()
                .filter(model ->
                        model.refs().stream().anyMatch(ref -> ref.name().equals(table)))
                .toList();
    }

    private Model named(String name) {
        List<Model> found = new ArrayList<>();
        for (Model model : set.models()) {
            if (model.name().equals(name)) {
                return model;
            }
            if (model.name().endsWith("." + name)) {
                found.add(model);
            }
        }
        if (found.size() != 1) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "Cannot select model %s: expected one of %s, found %s"
                            .formatted(
                                    name,
                                    set.models().stream().map(Model::name).toList(),
                                    found.isEmpty()
                                            ? "none"
                                            : found.stream().map(Model::name).toList()));
        }
        return found.get(0);
    }

    private void addUpstream(Model model, Set<String> names) {
        for (Ref ref : model.refs()) {
            set.model(ref.name()).ifPresent(upstream -> {
                if (names.add(upstream.name())) {
                    addUpstream(upstream, names);
                }
            });
        }
    }

    private void addDownstream(Model model, Set<String> names) {
        for (Model reader : readersOf(model.name())) {
            names.add(reader.name());
            addDownstream(reader, names);
        }
    }
}
