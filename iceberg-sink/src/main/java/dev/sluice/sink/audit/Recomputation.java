package dev.sluice.sink.audit;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.merge.Fold;
import dev.sluice.sink.merge.MergeColumn;
import dev.sluice.sink.merge.MergeSpec;
import dev.sluice.sink.merge.TableFiles;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.Ref;
import dev.sluice.sink.query.QueryValues;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model's rows computed anew from all that it reads, in one go: its SELECT over whole tables, and one window per key
 * instead of a merge. No key index, no increment and no row that was written before takes part.
 */
final class Recomputation {
    private static final String NTH = "_sluice_nth";
    private static final String GONE = "_sluice_gone";

    private final Model model;
    private final Map<String, PinnedTable> upstream;
    private final DuckDbSettings settings;

    /** @param upstream by ref; a ref that had no rows yet is missing */
    Recomputation(Model model, Map<String, PinnedTable> upstream, DuckDbSettings settings) {
        this.model = model;
        this.upstream = Map.copyOf(upstream);
        this.settings = settings;
    }

    /** Hands over every row, its values in the order of the model's columns. */
    void forEach(Consumer<List<@Nullable Object>> consumer) throws SQLException {
        Path folder = settings.spillFolder().resolve(UUID.randomUUID().toString());
        try (LocalFiles local = new LocalFiles(folder);
                DuckDb db = DuckDb.open(settings)) {
            Set<Path> folders = new HashSet<>(Set.of(settings.spillFolder()));
            int number = 0;
            for (Ref ref : model.refs()) {
                show(db, local, ref, "sluice_input_" + number++, folders);
            }
            db.confineTo(folders);
            try (Statement statement = db.statement();
                    ResultSet rows = statement.executeQuery(folded())) {
                int width = model.merge().columns().size();
                while (rows.next()) {
                    List<@Nullable Object> values = new ArrayList<>(width);
                    for (int i = 1; i <= width; i++) {
                        values.add(plain(rows.getObject(i)));
                    }
                    consumer.accept(values);
                }
            }
        }
    }

    private void show(DuckDb db, LocalFiles local, Ref ref, String name, Set<Path> folders) throws SQLException {
        PinnedTable pinned = upstream.get(ref.name());
        String select;
        if (pinned == null) {
            select = FileRelation.empty(ref.columns());
        } else {
            List<FileRows> files =
                    TableFiles.at(pinned.table(), pinned.snapshot()).rows();
            for (FileRows file : files) {
                Path parent = local.read(pinned.table().io(), file.location()).getParent();
                if (parent != null) {
                    folders.add(parent);
                }
            }
            select = FileRelation.create(
                            db, local, pinned.table().io(), name, pinned.table().schema(), ref.columns(), files)
                    .select();
        }
        String schema = ref.name().substring(0, ref.name().indexOf('.'));
        db.execute("CREATE SCHEMA IF NOT EXISTS " + SqlText.name(schema));
        db.execute("CREATE VIEW %s AS %s".formatted(SqlText.path(ref.name()), select));
    }

    /**
     * The newest row of every key that no row deletes, with the minimum or maximum over all of its rows where a column
     * asks for it.
     */
    private String folded() {
        MergeSpec merge = model.merge();
        String keys = SqlText.list(merge.key(), SqlText::name);
        List<String> order = Stream.concat(
                        merge.orderBy().stream(),
                        merge.columns().stream()
                                .filter(column -> column.fold() == Fold.NEWEST)
                                .map(MergeColumn::name)
                                .filter(column -> !merge.key().contains(column)
                                        && !merge.orderBy().contains(column)))
                .toList();
        String newestFirst = order.isEmpty()
                ? ""
                : " ORDER BY " + SqlText.list(order, column -> SqlText.name(column) + " DESC NULLS LAST");
        String columns = SqlText.list(merge.columns(), column -> {
            String name = SqlText.name(column.name());
            return switch (column.fold()) {
                case NEWEST -> name;
                case MIN -> "min(%1$s) OVER (PARTITION BY %2$s) AS %1$s".formatted(name, keys);
                case MAX -> "max(%1$s) OVER (PARTITION BY %2$s) AS %1$s".formatted(name, keys);
            };
        });
        String gone = model.deleteWhen()
                .map(flag -> "COALESCE(bool_or(%s) OVER (PARTITION BY %s), false)".formatted(SqlText.name(flag), keys))
                .orElse("false");
        return "SELECT %s FROM (SELECT %s, row_number() OVER (PARTITION BY %s%s) AS %s, %s AS %s FROM (\n%s\n)) WHERE %s = 1 AND NOT %s"
                .formatted(
                        SqlText.list(merge.columns(), column -> SqlText.name(column.name())),
                        columns,
                        keys,
                        newestFirst,
                        NTH,
                        gone,
                        GONE,
                        model.sql(),
                        NTH,
                        GONE);
    }

    private static @Nullable Object plain(@Nullable Object value) throws SQLException {
        return value instanceof Timestamp local ? local.toLocalDateTime() : QueryValues.plain(value);
    }
}
