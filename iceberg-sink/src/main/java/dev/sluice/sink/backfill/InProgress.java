package dev.sluice.sink.backfill;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * Marks tables while a backfill is at work on them, for readers who want whole ranges only. The mark is advice: the
 * truth is the log of batches.
 */
public final class InProgress {
    /** Table property: the ids of the backfills in progress, separated by commas; absent when there is none. */
    public static final String PROPERTY = "sluice.backfill.in-progress";

    private static final int ATTEMPTS = 10;

    private final Catalog catalog;

    public InProgress(Catalog catalog) {
        this.catalog = catalog;
    }

    public void mark(String id, List<String> tables) {
        tables.forEach(table -> change(table, id, true));
    }

    public void clear(String id, List<String> tables) {
        tables.forEach(table -> change(table, id, false));
    }

    /** The backfills that a table is marked with. */
    public static List<String> of(Table table) {
        String ids = table.properties().getOrDefault(PROPERTY, "");
        return ids.isEmpty() ? List.of() : List.of(ids.split(","));
    }

    private void change(String name, String id, boolean present) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Table table;
            try {
                table = catalog.loadTable(TableIdentifier.parse(name));
            } catch (NoSuchTableException e) {
                return;
            }
            List<String> now = of(table);
            if (now.contains(id) == present) {
                return;
            }
            TreeSet<String> next = new TreeSet<>(new ArrayList<>(now));
            if (present) {
                next.add(id);
            } else {
                next.remove(id);
            }
            set(table, String.join(",", next));
        }
    }

    /** A change that is lost to another one is noticed and made again. */
    private static void set(Table table, String ids) {
        UpdateProperties update = table.updateProperties();
        try {
            (ids.isEmpty() ? update.remove(PROPERTY) : update.set(PROPERTY, ids)).commit();
        } catch (CommitFailedException e) {
            table.refresh();
        }
    }
}
