package dev.sluice.sink.maintenance;

import dev.sluice.sink.backfill.InProgress;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.model.Lookback;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * Who still needs old snapshots: the models that read a table, as their own tables' stamps say, and backfills that are
 * at work on it.
 */
public final class Holds {
    private final Catalog catalog;
    private final ModelSet models;

    public Holds(Catalog catalog, ModelSet models) {
        this.catalog = catalog;
        this.models = models;
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
                consumed(model, table, holds);
            }
        }
        return holds;
    }

    private void consumed(Model model, String table, List<Hold> holds) {
        // A model whose table is not there has not run yet, and will read everything.
        find(model.name()).ifPresent(target -> {
            // Both copies: a table that was rolled back consumes again from where it is now.
            Stamp.mirrored(target).ifPresent(stamp -> add(stamp, model, table, holds));
            if (target.currentSnapshot() != null) {
                Stamp.inHistory(target).ifPresent(stamp -> add(stamp, model, table, holds));
            }
        });
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
