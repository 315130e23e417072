package dev.sluice.sink.deadletter;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.DataFileWriter;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.merge.StampedAppend;
import dev.sluice.sink.model.EngineSettings;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelSet;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the rows that models rejected into the dead-letter table of the source they come from, each exactly once. The
 * rows and the snapshots of the models' tables that they were read from are one commit, so whoever runs this again,
 * after a kill or beside another process, finds what is there.
 */
public final class RejectionFollower {
    private static final Logger LOG = LoggerFactory.getLogger(RejectionFollower.class);

    private final Catalog catalog;
    private final EngineSettings settings;
    private final TableFaults faults;

    /** @param settings what reading may use on this machine */
    public RejectionFollower(Catalog catalog, EngineSettings settings, TableFaults faults) {
        this.catalog = catalog;
        this.settings = settings;
        this.faults = faults;
    }

    /**
     * Appends what the models of a source have rejected since the last time.
     *
     * @return how many rows
     * @throws SluiceException {@code COMMIT_CONFLICT} when another process was faster, {@code COMMIT_UNKNOWN}, both to
     *     be called again; {@code STORAGE_FAILED}, {@code MODEL_FAILED}
     */
    public long follow(DeadLetterTarget target, ModelSet models) {
        Map<Model, Table> rejected = new HashMap<>();
        for (Model model : models.models()) {
            if (models.origin(model).equals(target.source())) {
                find(model.rejectedTable())
                        .filter(table -> table.currentSnapshot() != null)
                        .ifPresent(table -> rejected.put(model, table));
            }
        }
        if (rejected.isEmpty()) {
            return 0;
        }
        Table table = DeadLetterTables.require(catalog, target.table());
        StampedAppend append = new StampedAppend(table, faults);
        Map<String, Long> consumed =
                new HashMap<>(Stamp.of(table).map(Stamp::upstream).orElse(Map.of()));
        List<NewRejections> news = new ArrayList<>();
        rejected.forEach((model, from) -> {
            Snapshot now = from.currentSnapshot();
            Long before = consumed.put(model.rejectedTable(), now.snapshotId());
            if (before == null || before != now.snapshotId()) {
                news.add(new NewRejections(model, from, Optional.ofNullable(before), table, target));
            }
        });
        if (news.isEmpty()) {
            return 0;
        }
        String runId = UUID.randomUUID().toString();
        List<DataFile> files = write(news, table, runId);
        append.commit(new Stamp(target.table().toString(), runId, consumed), files);
        long rows = files.stream().mapToLong(DataFile::recordCount).sum();
        LOG.info("Followed what models rejected: table={}, rows={}", target.table(), rows);
        return rows;
    }

    private List<DataFile> write(List<NewRejections> news, Table table, String runId) {
        Path folder = settings.runFolder(runId);
        try (LocalFiles local = new LocalFiles(folder);
                DuckDb db = DuckDb.open(settings.instance(folder.resolve("spill")))) {
            String out = "sluice_out";
            for (int i = 0; i < news.size(); i++) {
                String select = news.get(i).select(db, local, "sluice_rejected_" + i);
                db.execute((i == 0 ? "CREATE TEMP TABLE %s AS %s" : "INSERT INTO %s %s").formatted(out, select));
            }
            return db.number("SELECT count(*) FROM " + out) == 0
                    ? List.of()
                    : new DataFileWriter(db, local)
                            .write(table, "SELECT * FROM " + out, NewRejections.COLUMNS, "rejected-" + runId);
        } catch (SQLException e) {
            boolean disk = String.valueOf(e.getMessage()).startsWith("IO Error");
            throw new SluiceException(
                    disk ? ErrorCode.STORAGE_FAILED : ErrorCode.MODEL_FAILED,
                    "[%s] Cannot follow what models rejected: %s".formatted(table.name(), e.getMessage()),
                    e);
        }
    }

    private Optional<Table> find(String name) {
        try {
            return Optional.of(catalog.loadTable(TableIdentifier.parse(name)));
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
    }
}
