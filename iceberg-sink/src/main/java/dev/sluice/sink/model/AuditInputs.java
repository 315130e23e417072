package dev.sluice.sink.model;

import dev.sluice.sink.duck.Column;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.merge.Planned;
import dev.sluice.sink.merge.TableFiles;
import dev.sluice.sink.quality.AuditScope;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** Shows a model's tests the tables that they look at; a table is read when the first test asks for it. */
final class AuditInputs implements AuditScope {
    private final DuckDb db;
    private final LocalFiles local;
    private final Model model;
    private final Table target;
    private final Optional<Planned> planned;
    private final Map<String, Table> others;
    private final Instant now;
    private final Map<String, String> views = new HashMap<>();
    private final Set<String> shown = new HashSet<>();
    private long rows;
    private long bytes;

    /** @param planned what is about to be committed; empty to test the table as it is */
    AuditInputs(
            DuckDb db,
            LocalFiles local,
            Model model,
            Table target,
            Optional<Planned> planned,
            Map<String, Table> others,
            Instant now) {
        this.db = db;
        this.local = local;
        this.model = model;
        this.target = target;
        this.planned = planned;
        this.others = others;
        this.now = now;
    }

    /** Rows of data files that the tests read. */
    long rows() {
        return rows;
    }

    /** Size of the data files that the tests read. */
    long bytes() {
        return bytes;
    }

    @Override
    public String written() {
        return planned.map(Planned::written).orElseGet(() -> {
            try {
                return after();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Override
    public String after() throws SQLException {
        List<Column> columns = model.merge().plainColumns();
        if (planned.isEmpty()) {
            return view(
                    model.name(),
                    target,
                    columns,
                    () -> TableFiles.current(target).rows());
        }
        return "%s UNION ALL SELECT %s FROM (%s)"
                .formatted(
                        planned.get().written(),
                        SqlText.list(columns, column -> SqlText.name(column.name())),
                        view(model.name(), target, columns, planned.get().kept()));
    }

    @Override
    public String other(String table) throws SQLException {
        if (table.equals(model.name())) {
            return after();
        }
        Ref ref = model.testRefs().stream()
                .filter(candidate -> candidate.name().equals(table))
                .findFirst()
                .orElseThrow();
        Table other = others.get(table);
        return other == null
                ? FileRelation.empty(ref.columns())
                : view(
                        table,
                        other,
                        ref.columns(),
                        () -> TableFiles.current(other).rows());
    }

    @Override
    public Optional<String> knownOf(String table) {
        return planned.isPresent() && table.equals(model.driver().name())
                ? Optional.of("SELECT * FROM " + SqlText.path(table))
                : Optional.empty();
    }

    @Override
    public void show(String table) throws SQLException {
        if (shown.add(table)) {
            db.execute(
                    "CREATE SCHEMA IF NOT EXISTS " + SqlText.name("audited " + table.substring(0, table.indexOf('.'))));
            db.execute("CREATE VIEW %s AS %s".formatted(AuditScope.whole(table), other(table)));
        }
    }

    @Override
    public List<String> key() {
        return planned.isPresent() ? model.uniqueKey() : List.of("no column is taken on trust");
    }

    @Override
    public long rowsAfter() {
        long there = liveRows(target.currentSnapshot());
        return planned.map(plan -> plan.size().applyAsLong(there)).orElse(there);
    }

    /** Live rows of a snapshot, by its summary. */
    static long liveRows(@Nullable Snapshot snapshot) {
        return snapshot == null
                ? 0
                : Long.parseLong(snapshot.summary().getOrDefault("total-records", "0"))
                        - Long.parseLong(snapshot.summary().getOrDefault("total-position-deletes", "0"));
    }

    @Override
    public Instant now() {
        return now;
    }

    private String view(String name, Table table, List<Column> columns, Supplier<List<FileRows>> rowsOf)
            throws SQLException {
        String known = views.get(name);
        if (known != null) {
            return known;
        }
        List<FileRows> files = rowsOf.get();
        for (FileRows file : files) {
            rows += file.rows();
            bytes += file.bytes();
        }
        String select = FileRelation.create(
                        db, local, table.io(), "sluice_audit_" + views.size(), table.schema(), columns, files)
                .select();
        views.put(name, select);
        return select;
    }
}
