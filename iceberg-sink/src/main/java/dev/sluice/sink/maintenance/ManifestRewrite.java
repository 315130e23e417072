package dev.sluice.sink.maintenance;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.UUID;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.RewriteManifests;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;

/** Puts the small manifests of a table's data files together. */
public final class ManifestRewrite {
    private static final String STEP = "manifests";
    private static final long SMALL = 4L << 20;

    private final Table table;
    private final Budget budget;

    public ManifestRewrite(Table table, Budget budget) {
        this.table = table;
        this.budget = budget;
    }

    /** Manifests of data files that would be put together; 0 while the table is within its budget. */
    public int plan() {
        Snapshot snapshot = table.currentSnapshot();
        if (snapshot == null || snapshot.dataManifests(table.io()).size() <= budget.maxManifests()) {
            return 0;
        }
        return (int) snapshot.dataManifests(table.io()).stream()
                .filter(ManifestRewrite::isSmall)
                .count();
    }

    /**
     * Puts them together, in one commit that changes no row. When another writer is faster, nothing is done.
     *
     * @return whether the commit was made
     */
    public boolean run() {
        if (plan() < 2) {
            return false;
        }
        String id = UUID.randomUUID().toString();
        try {
            RewriteManifests rewrite =
                    table.rewriteManifests().clusterBy(file -> "").rewriteIf(ManifestRewrite::isSmall);
            CarriedStamp.of(table).on(rewrite, STEP, id).commit();
            return true;
        } catch (ValidationException | CommitFailedException e) {
            return false;
        } catch (CommitStateUnknownException e) {
            table.refresh();
            if (CarriedStamp.isCommitted(table, id)) {
                return true;
            }
            throw new SluiceException(
                    ErrorCode.COMMIT_UNKNOWN,
                    "[%s] Cannot tell whether a rewrite of manifests was committed: %s"
                            .formatted(table.name(), e.getMessage()),
                    e);
        }
    }

    private static boolean isSmall(ManifestFile manifest) {
        return manifest.length() < SMALL;
    }
}
