package dev.sluice.sink.model.trino;

import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.Pinned;
import dev.sluice.sink.model.Ref;
import dev.sluice.sink.model.Replay;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;

/** What each ref of a model shows in one run, as SELECTs. */
final class TrinoInputs {
    private final Pinned pinned;
    private final Model model;
    private final Map<String, String> selects = new LinkedHashMap<>();

    /** Every ref shows all rows. */
    TrinoInputs(Pinned pinned) {
        this.pinned = pinned;
        this.model = pinned.model();
        model.refs().forEach(ref -> selects.put(ref.name(), relation(ref).current()));
    }

    /** The driving ref shows the rows that it gained, each key in its last state. */
    void added(ChangedFiles files) {
        Ref driver = model.driver();
        String added = addedRows(driver, files);
        selects.put(
                driver.name(),
                files.exact() || driver.key().isEmpty()
                        ? added
                        : within(relation(driver).at(files.to()), added, driver.key()));
    }

    /** The driving ref shows the current rows of some keys. */
    void ofKeys(String keys) {
        Ref driver = model.driver();
        selects.put(driver.name(), within(relation(driver).current(), "SELECT * FROM " + keys, model.uniqueKey()));
    }

    /** The driving ref shows the rows that a replay names. */
    void replayed(Replay replay) {
        selects.put(model.driver().name(), replayedRows(replay));
    }

    /** A SELECT of the model's keys that are in a row that a replay names. */
    String keysOf(Replay replay) {
        return distinctKeys(replayedRows(replay));
    }

    /** A SELECT of at least the model's keys that are in a row that the driving ref gained or lost. */
    String touchedKeys(ChangedFiles files) {
        Ref driver = model.driver();
        TrinoRelation relation = relation(driver);
        List<String> rows = new ArrayList<>();
        String added = addedRows(driver, files);
        rows.add(added);
        if (files.removed().isEmpty() || !files.removed().get().isEmpty()) {
            String before = files.removed()
                    .map(paths -> relation.at(files.from(), paths))
                    .orElseGet(() -> relation.at(files.from()));
            if (driver.key().isEmpty()) {
                rows.add(before);
            } else {
                rows.add(within(before, added, driver.key()));
                if (files.losesKeys()) {
                    rows.add(without(before, relation.at(files.to()), driver.key()));
                }
            }
        }
        return distinctKeys(SqlText.join(rows, " UNION ALL ", row -> row));
    }

    /** The refs by the path that the model's SQL writes, each with the name of its SELECT in {@link #with}. */
    Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        for (String ref : selects.keySet()) {
            names.put(SqlText.path(ref), SqlText.name("sluice_ref_" + names.size()));
        }
        return names;
    }

    /** The clause that gives the SELECTs their names. */
    String with() {
        Map<String, String> names = names();
        return "WITH "
                + SqlText.list(
                        selects.entrySet(),
                        ref -> "%s AS (%s)".formatted(names.get(SqlText.path(ref.getKey())), ref.getValue()));
    }

    /** What the driving ref shows. */
    String driver() {
        return String.valueOf(selects.get(model.driver().name()));
    }

    private String addedRows(Ref ref, ChangedFiles files) {
        TrinoRelation relation = relation(ref);
        return files.added().isEmpty()
                ? relation.nothing()
                : SqlText.join(
                        files.added().entrySet(), " UNION ALL ", read -> relation.at(read.getKey(), read.getValue()));
    }

    private String replayedRows(Replay replay) {
        Ref driver = model.driver();
        Table table = pinned.table(driver);
        return "SELECT %s FROM (%s) WHERE %s"
                .formatted(
                        SqlText.list(driver.columns(), column -> SqlText.name(column.name())),
                        new TrinoRelation(driver.name(), table, replay.columns(driver.columns())).current(),
                        replay.condition());
    }

    private String distinctKeys(String rows) {
        return "SELECT DISTINCT %s FROM (%s) WHERE %s"
                .formatted(
                        SqlText.list(model.uniqueKey(), SqlText::name),
                        rows,
                        SqlText.join(model.uniqueKey(), " AND ", key -> SqlText.name(key) + " IS NOT NULL"));
    }

    private TrinoRelation relation(Ref ref) {
        return new TrinoRelation(ref.name(), pinned.table(ref), ref.columns());
    }

    /** The rows whose key is in other rows. */
    static String within(String rows, String others, List<String> key) {
        return "SELECT a.* FROM (%s) a WHERE EXISTS (SELECT 1 FROM (%s) b WHERE %s)".formatted(rows, others, same(key));
    }

    /** The rows whose key is in no other row. */
    static String without(String rows, String others, List<String> key) {
        return "SELECT a.* FROM (%s) a WHERE NOT EXISTS (SELECT 1 FROM (%s) b WHERE %s)"
                .formatted(rows, others, same(key));
    }

    private static String same(List<String> key) {
        return SqlText.join(key, " AND ", name -> "b.%1$s = a.%1$s".formatted(SqlText.name(name)));
    }
}
