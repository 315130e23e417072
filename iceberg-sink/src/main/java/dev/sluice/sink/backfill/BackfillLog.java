package dev.sluice.sink.backfill;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.table.Namespaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.jspecify.annotations.Nullable;

/**
 * The log of batches, {@code ops.backfill_batches}: one row per batch, and the state that a backfill resumes from. The
 * rows of one backfill are one data file, which every change replaces; of two who change it at once, one looks again.
 * Changes are idempotent, and a batch that is done stays done.
 */
public final class BackfillLog {
    public static final String TABLE = "ops.backfill_batches";

    private static final TableIdentifier NAME = TableIdentifier.parse(TABLE);
    private static final int ATTEMPTS = 50;

    private final Catalog catalog;

    public BackfillLog(Catalog catalog) {
        this.catalog = catalog;
    }

    /** All backfills, the newest first; none when there never was one. */
    public List<Backfill> list() {
        return find().map(table -> read(table, Expressions.alwaysTrue())).orElse(List.of());
    }

    /**
     * One backfill.
     *
     * @throws SluiceException {@code BACKFILL_UNKNOWN}
     */
    public Backfill require(String id) {
        return find().flatMap(table -> find(table, id))
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.BACKFILL_UNKNOWN,
                        "[%s] Cannot find backfill %s: the log has none of that id; see 'sluice backfill list'"
                                .formatted(TABLE, id)));
    }

    /** Enters a new backfill with its planned batches. */
    public void enter(Backfill backfill) {
        change(backfill.job().id(), known -> known == null ? backfill : known);
    }

    /** Enters the new state of one batch, unless the batch is done already or was cancelled meanwhile. */
    public Backfill update(String id, BackfillBatch batch) {
        return change(id, known -> {
            if (known == null) {
                throw new IllegalStateException("Backfill " + id + " was never entered");
            }
            BatchState state = known.batches().get(batch.number() - 1).state();
            boolean settled =
                    state == BatchState.DONE || (state == BatchState.CANCELLED && batch.state() != BatchState.DONE);
            return settled ? known : known.with(batch);
        });
    }

    /** Gives up the batches that are not done; answers the backfill as it is then. */
    public Backfill cancel(String id) {
        require(id);
        return change(id, known -> {
            Backfill cancelled = known == null ? require(id) : known;
            for (BackfillBatch batch : cancelled.open()) {
                cancelled = cancelled.with(batch.cancelled());
            }
            return cancelled;
        });
    }

    private Backfill change(String id, UnaryOperator<@Nullable Backfill> change) {
        RuntimeException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Table table = require();
            Backfill before = find(table, id).orElse(null);
            Backfill after = change.apply(before);
            if (after == null || after.equals(before)) {
                return require(id);
            }
            try {
                replace(table, after);
                return after;
            } catch (CommitFailedException | ValidationException | CommitStateUnknownException e) {
                last = e;
            }
        }
        throw new SluiceException(
                ErrorCode.COMMIT_CONFLICT,
                "[%s] Cannot enter backfill %s: others changed the log %d times in a row"
                        .formatted(TABLE, id, ATTEMPTS),
                last);
    }

    private static void replace(Table table, Backfill backfill) {
        OverwriteFiles overwrite = table.newOverwrite();
        Expression own = own(backfill.job().id());
        Snapshot base = table.currentSnapshot();
        if (base != null) {
            overwrite.validateFromSnapshot(base.snapshotId());
        }
        files(table, own).forEach(overwrite::deleteFile);
        overwrite
                .addFile(write(table, backfill))
                .conflictDetectionFilter(own)
                .validateNoConflictingData()
                .validateNoConflictingDeletes()
                .commit();
    }

    private static List<DataFile> files(Table table, Expression filter) {
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().filter(filter).planFiles()) {
            tasks.forEach(task -> files.add(task.file().copy()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static DataFile write(Table table, Backfill backfill) {
        PartitionData partition = new PartitionData(table.spec().partitionType());
        partition.set(0, backfill.job().id());
        String location =
                table.locationProvider().newDataLocation(table.spec(), partition, UUID.randomUUID() + ".parquet");
        DataWriter<Record> open;
        try {
            open = Parquet.writeData(table.encryption().encrypt(table.io().newOutputFile(location)))
                    .forTable(table)
                    .withPartition(partition)
                    .createWriterFunc(GenericParquetWriter::create)
                    .build();
            try (DataWriter<Record> writer = open) {
                backfill.batches().forEach(batch -> writer.write(LogSchema.row(table.schema(), backfill.job(), batch)));
            }
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.STORAGE_FAILED, "[%s] Cannot write %s: %s".formatted(TABLE, location, e.getMessage()), e);
        }
        return open.toDataFile();
    }

    private static Optional<Backfill> find(Table table, String id) {
        return read(table, own(id)).stream().findFirst();
    }

    private static Expression own(String id) {
        return Expressions.equal(LogSchema.ID, id);
    }

    private static List<Backfill> read(Table table, Expression filter) {
        Map<BackfillJob, List<BackfillBatch>> jobs = new LinkedHashMap<>();
        try (CloseableIterable<Record> rows =
                IcebergGenerics.read(table).where(filter).build()) {
            for (Record row : rows) {
                jobs.computeIfAbsent(LogSchema.job(row), job -> new ArrayList<>())
                        .add(LogSchema.batch(row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jobs.entrySet().stream()
                .map(job -> new Backfill(job.getKey(), job.getValue()))
                .sorted(Comparator.comparing((Backfill one) -> one.job().createdAt())
                        .reversed())
                .toList();
    }

    private Optional<Table> find() {
        try {
            return Optional.of(catalog.loadTable(NAME));
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
    }

    private Table require() {
        Table log = found();
        LogSchema.evolve(log);
        return log;
    }

    private Table found() {
        return find().orElseGet(() -> {
            Namespaces.ensure(catalog, NAME.namespace());
            try {
                return catalog.createTable(
                        NAME,
                        LogSchema.SCHEMA,
                        LogSchema.SPEC,
                        Map.of(
                                TableProperties.FORMAT_VERSION,
                                "3",
                                TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
                                "true"));
            } catch (AlreadyExistsException e) {
                return catalog.loadTable(NAME);
            }
        });
    }
}
