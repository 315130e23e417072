package dev.sluice.sink.model.trino;

import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.Pinned;
import dev.sluice.sink.model.Ref;
import dev.sluice.sink.quality.AuditScope;
import dev.sluice.sink.quality.AuditSql;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;

/** Shows a model's tests the tables that they look at, each as a SELECT. */
final class TrinoScope implements AuditScope, AuditSql {
    private final TrinoSession session;
    private final Pinned pinned;
    private final Model model;
    private final Optional<Planned> planned;
    private final Map<String, String> shown = new LinkedHashMap<>();

    /**
     * What is about to be done to the table.
     *
     * @param written a SELECT of the rows that a run brings
     * @param after a SELECT of all rows of the table afterwards
     * @param driver a SELECT of what the driving ref shows
     */
    record Planned(String written, String after, String driver, long rowsAfter) {}

    /** @param planned empty to test the table as it is */
    TrinoScope(TrinoSession session, Pinned pinned, Optional<Planned> planned) {
        this.session = session;
        this.pinned = pinned;
        this.model = pinned.model();
        this.planned = planned;
    }

    @Override
    public String written() {
        return planned.map(Planned::written).orElseGet(this::after);
    }

    @Override
    public String after() {
        return planned.map(Planned::after)
                .orElseGet(() -> new TrinoRelation(
                                model.name(), pinned.target(), model.merge().plainColumns())
                        .current());
    }

    @Override
    public String other(String table) {
        if (table.equals(model.name())) {
            return after();
        }
        Ref ref = model.testRefs().stream()
                .filter(candidate -> candidate.name().equals(table))
                .findFirst()
                .orElseThrow();
        return new TrinoRelation(table, pinned.checks().tables().get(table), ref.columns()).current();
    }

    @Override
    public Optional<String> knownOf(String table) {
        return planned.filter(plan -> table.equals(model.driver().name())).map(Planned::driver);
    }

    @Override
    public void show(String table) {
        shown.put(table, other(table));
    }

    @Override
    public List<String> key() {
        return planned.isPresent() ? model.uniqueKey() : List.of("no column is taken on trust");
    }

    @Override
    public long rowsAfter() {
        return planned.map(Planned::rowsAfter).orElseGet(() -> {
            Snapshot now = pinned.target().currentSnapshot();
            return now == null ? 0 : session.number("SELECT count(*) FROM (%s)".formatted(after()));
        });
    }

    @Override
    public Instant now() {
        return pinned.checks().now();
    }

    @Override
    public List<Long> numbers(String sql) {
        return session.numbers(withShown(sql));
    }

    @Override
    public Optional<Double> figure(String sql) {
        return session.figure(withShown(sql));
    }

    @Override
    public Optional<Instant> time(String sql) {
        return session.time(withShown(sql));
    }

    /** The SQL with the tables in front that it reads by the names of {@link AuditScope#whole}. */
    private String withShown(String sql) {
        Map<String, String> names = new LinkedHashMap<>();
        Map<String, String> read = new LinkedHashMap<>();
        shown.forEach((table, select) -> {
            String whole = AuditScope.whole(table);
            if (sql.contains(whole)) {
                String name = SqlText.name("sluice_audited_" + names.size());
                names.put(whole, name);
                read.put(name, select);
            }
        });
        return read.isEmpty()
                ? sql
                : "WITH %s %s"
                        .formatted(
                                SqlText.list(
                                        read.entrySet(), one -> "%s AS (%s)".formatted(one.getKey(), one.getValue())),
                                TrinoSql.of(sql, names));
    }
}
