package dev.sluice.sink.maintenance;

import dev.sluice.sink.backfill.InProgress;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.model.Lookback;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * Who still needs old snapshots: the models that read a table, as their own tables' stamps say, the dead-letter tables
 * that follow what models reject, by their stamps, and backfills that are at work on it.
 */
public final class Holds {
    private final Catalog catalog;
    private final ModelSet models;
    private final Map<String, String> deadLetters;

    public Holds(Catalog catalog, ModelSet models) {
        this(catalog, models, Map.of());
    }

    /** @param deadLetters per bronze table, the dead-letter table of its source */
    public Holds(Catalog catalog, ModelSet models, Map<String, String> deadLetters) {
        this.catalog = catalog;
        this.models = models;
        this.deadLetters = Map.copyOf(deadLetters);
    }

    /**
     * Each model with the snapshot that it has consumed; one that never ran needs none. A backfill holds everything.
     */
    public List<Hold> of(String table) {
        List<Hold> holds = new ArrayList<>();
        find(table)
                .ifPresent(found -> InProgress.of(found).forEach(id -> holds.add(Hold.everything("backfill " + id))));
        for (Model model : models.models()) {
            if (model.refs().stream().anyMatch(ref -> ref.name().equals(table))) {
                stamps(model.name()).forEach(stamp -> add(stamp, model, table, holds));
            }
            String follower = deadLetters.get(models.origin(model));
            if (follower != null && model.rejectedTable().equals(table)) {
                stamps(follower).stream()
                        .map(stamp -> stamp.upstream().get(table))
                        .filter(Objects::nonNull)
                        .forEach(consumed -> holds.add(Hold.from("dead letters " + follower, consumed)));
            }
        }
        return holds;
    }

    /**
     * Both copies: a table that was rolled back consumes again from where it is now. A table that is not there has
     * consumed nothing, and will read everything.
     */
    private List<Stamp> stamps(String name) {
        List<Stamp> stamps = new ArrayList<>();
        find(name).ifPresent(target -> {
            Stamp.mirrored(target).ifPresent(stamps::add);
            if (target.currentSnapshot() != null) {
                Stamp.inHistory(target).ifPresent(stamps::add);
            }
        });
        return stamps;
    }

    private Optional<Table> find(String name) {
        try {
            return Optional.of(catalog.loadTable(TableIdentifier.parse(name)));
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
    }

    private void add(Stamp stamp, Model model, String table, List<Hold> holds) {
        Long consumed = stamp.upstream().get(table);
        if (consumed == null) {
            return;
        }
        String holder = "model " + model.name();
        if (model.lookback().isEmpty() || !model.driver().name().equals(table)) {
            holds.add(Hold.from(holder, consumed));
            return;
        }
        Duration lookback = model.lookback().get();
        OptionalLong from = find(table)
                .map(driver -> Lookback.from(driver, consumed, lookback))
                .orElse(OptionalLong.of(consumed));
        holds.add(new Hold(holder, from));
    }
}
