package dev.sluice.sink.maintenance;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.apache.iceberg.util.PropertyUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and deletes files that lie in a table's folders and belong to nothing: those of aborted transactions, of
 * commits that were lost to another writer, and what a process left that was killed while it expired snapshots.
 */
public final class Orphans {
    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);
    private static final String METADATA = ".metadata.json";

    private final Table table;
    private final TableFaults faults;

    public Orphans(Table table, TableFaults faults) {
        this.table = table;
        this.faults = faults;
    }

    /**
     * Lists the folders first and what is referred to afterwards, so a file that is committed in between is no orphan.
     *
     * @param age how old a file must be
     * @param pending locations of files that are announced and not in the table yet; never orphans
     * @throws SluiceException {@code CONFIG_INVALID} when the storage cannot be listed, when files of the table may be
     *     another table's too, or when the listing does not show the table's own files
     */
    public OrphanPlan plan(Duration age, Set<String> pending, Instant now) {
        if (!PropertyUtil.propertyAsBoolean(table.properties(), TableProperties.GC_ENABLED, true)) {
            throw refused("its property gc.enabled is false, so other tables may use its files");
        }
        if (!(table.io() instanceof SupportsPrefixOperations io)) {
            throw refused("its storage cannot list files, expected one with prefix operations, found "
                    + table.io().getClass().getName());
        }
        List<FileInfo> listed = new ArrayList<>();
        Set<FileKey> seen = new HashSet<>();
        for (String folder : folders()) {
            for (FileInfo file : io.listPrefix(folder + "/")) {
                if (seen.add(FileKey.of(file.location()))) {
                    listed.add(file);
                }
            }
        }
        table.refresh();
        Set<FileKey> kept = new HashSet<>(ReachableFiles.of(table));
        pending.forEach(location -> kept.add(FileKey.of(location)));
        refuseForeign(listed);
        refuseBlind(seen);
        Instant limit = now.minus(age);
        int young = 0;
        List<OrphanPlan.Orphan> orphans = new ArrayList<>();
        for (FileInfo file : listed) {
            if (kept.contains(FileKey.of(file.location()))) {
                continue;
            }
            Instant modified = Instant.ofEpochMilli(file.createdAtMillis());
            if (modified.isBefore(limit)) {
                orphans.add(new OrphanPlan.Orphan(file.location(), file.size(), modified));
            } else {
                young++;
            }
        }
        return new OrphanPlan(table.name(), listed.size(), young, orphans);
    }

    /** Deletes what a plan found; answers how many files are gone. */
    public int run(OrphanPlan plan) {
        int deleted = 0;
        for (OrphanPlan.Orphan orphan : plan.orphans()) {
            deleted += DeletedFiles.delete(table.io(), table.name(), List.of(orphan.location()));
            faults.pass(TablePoint.ORPHAN_DELETED, table.name());
        }
        if (deleted > 0) {
            LOG.info("Deleted orphans: table={}, files={}, bytes={}", table.name(), deleted, plan.bytes());
        }
        return deleted;
    }

    private Set<String> folders() {
        Set<String> folders = new LinkedHashSet<>();
        Stream.of(
                        table.location(),
                        table.properties().get(TableProperties.WRITE_DATA_LOCATION),
                        table.properties().get(TableProperties.WRITE_METADATA_LOCATION))
                .filter(Objects::nonNull)
                .map(folder -> folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder)
                .forEach(folders::add);
        return folders;
    }

    /** A second table inside the folder would look like nothing but orphans. */
    private void refuseForeign(List<FileInfo> listed) {
        String metadata = table.properties()
                .getOrDefault(TableProperties.WRITE_METADATA_LOCATION, table.location() + "/metadata");
        FileKey own = FileKey.of(metadata.endsWith("/") ? metadata.substring(0, metadata.length() - 1) : metadata);
        for (FileInfo file : listed) {
            FileKey key = FileKey.of(file.location());
            if (file.location().endsWith(METADATA) && !key.isBelow(own)) {
                throw refused("another table lies inside its folder, found " + file.location());
            }
        }
    }

    /** A listing that writes locations in another way would show nothing but orphans. */
    private void refuseBlind(Set<FileKey> seen) {
        Snapshot current = table.currentSnapshot();
        if (current != null
                && current.manifestListLocation() != null
                && !seen.contains(FileKey.of(current.manifestListLocation()))) {
            throw refused("the listing does not show the table's own files, expected " + current.manifestListLocation()
                    + " among " + seen.size() + " files");
        }
    }

    private SluiceException refused(String reason) {
        return new SluiceException(
                ErrorCode.CONFIG_INVALID, "[%s] Cannot look for orphans: %s".formatted(table.name(), reason));
    }
}
