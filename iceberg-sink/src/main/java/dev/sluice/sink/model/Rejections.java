package dev.sluice.sink.model;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.merge.Fold;
import dev.sluice.sink.merge.Gate;
import dev.sluice.sink.merge.MergeColumn;
import dev.sluice.sink.merge.MergeSpec;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.merge.TableMerge;
import dev.sluice.sink.merge.Tie;
import dev.sluice.sink.quality.RowAudit;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Types;

/**
 * The tables of rows that tests kept out. A rejected row is merged by the hash of itself and its reason, so a run that
 * is repeated, after a crash between this commit and the model's, finds its rows there already.
 */
final class Rejections {
    private static final String BATCH = "sluice_rejected_batch";

    private final EngineSettings settings;
    private final TableFaults faults;

    Rejections(EngineSettings settings, TableFaults faults) {
        this.settings = settings;
        this.faults = faults;
    }

    /** Commits the rejected rows of an attempt. */
    void write(DuckDb attempt, Pinned pinned) throws SQLException {
        Path folder = settings.runFolder(pinned.runId()).resolve("rejected");
        Model rejected = tableOf(pinned.model());
        try (LocalFiles local = new LocalFiles(folder)) {
            Path file = local.write("rejected.parquet");
            attempt.execute("COPY (SELECT *, TIMESTAMPTZ %s AS %s FROM %s) TO %s (FORMAT parquet)"
                    .formatted(
                            SqlText.literal(pinned.checks().now().toString()),
                            RowAudit.AT,
                            RowAudit.REJECTED,
                            SqlText.literal(file.toAbsolutePath().toString())));
            try (DuckDb db = DuckDb.open(settings.instance(folder.resolve("spill")))) {
                TableMerge merge = new TableMerge(
                        db,
                        local,
                        pinned.checks().rejected().get(),
                        Optional.empty(),
                        rejected.merge(),
                        pinned.attemptId() + "-rejected",
                        faults);
                try (TableMerge.Caches caches = merge.open(settings.indexFolder(), rejected.name())) {
                    db.execute("CREATE TEMP TABLE %s AS SELECT %s FROM read_parquet(%s)"
                            .formatted(
                                    BATCH,
                                    SqlText.list(rejected.columns(), column -> SqlText.name(column.name())),
                                    SqlText.literal(file.toAbsolutePath().toString())));
                    merge.merge(
                            caches,
                            new TableMerge.Batch(BATCH, Optional.empty(), Optional.empty()),
                            new Stamp(rejected.name(), pinned.runId(), Map.of()),
                            Gate.OPEN);
                }
            }
        }
    }

    /** The table as if it were a model of its own. */
    static Model tableOf(Model model) {
        List<ModelColumn> columns = new ArrayList<>();
        columns.add(
                ModelColumn.plain(RowAudit.ID, Types.StringType.get(), "Hash of the row and the reason.", Fold.NEWEST));
        columns.add(ModelColumn.plain(
                RowAudit.REASON, Types.StringType.get(), "The tests that the row failed.", Fold.NEWEST));
        columns.add(ModelColumn.plain(
                RowAudit.AT, Types.TimestampType.withZone(), "When it was first kept out.", Fold.MIN));
        model.columns()
                .forEach(column -> columns.add(
                        ModelColumn.plain(column.name(), column.type(), column.description(), Fold.NEWEST)));
        MergeSpec spec = new MergeSpec(
                columns.stream()
                        .map(column -> new MergeColumn(column.name(), column.type(), column.fold()))
                        .toList(),
                List.of(RowAudit.ID),
                List.of(),
                Tie.INCOMING);
        return new Model(
                model.rejectedTable(),
                "Rows that the tests of %s kept out.".formatted(model.name()),
                model.owner(),
                model.sqlFile(),
                "",
                "",
                List.of(),
                Incremental.DELTA,
                Optional.empty(),
                columns,
                Optional.empty(),
                new TableLayout(model.layout().formatVersion(), List.of()),
                spec,
                List.of(),
                List.of());
    }
}
