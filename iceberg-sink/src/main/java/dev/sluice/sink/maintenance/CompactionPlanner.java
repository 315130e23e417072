package dev.sluice.sink.maintenance;

import dev.sluice.sink.maintenance.LiveFiles.Place;
import dev.sluice.sink.merge.TableFiles.LiveFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * Chooses what to rewrite. Where a place has too many small files, the smallest of them are put together, and with them
 * every next one that is no larger than all of those before it: so a row is rewritten about as often as the file size
 * doubles on the way from a batch to the target, and not once per batch. Where too many of a table's rows are deleted,
 * the files with the greatest part of deleted rows are rewritten until half of the budget is left.
 */
public final class CompactionPlanner {
    /** So many files are opened for one group at most. */
    private static final int MOST_FILES = 2_000;

    private final Budget budget;

    public CompactionPlanner(Budget budget) {
        this.budget = budget;
    }

    /** Looks at the table's current snapshot. Reads metadata only. */
    public CompactionPlan plan(Table table) {
        Snapshot snapshot = table.currentSnapshot();
        if (snapshot == null) {
            return CompactionPlan.nothing(table.name(), -1, FileCounts.of(List.of()));
        }
        Map<Place, List<LiveFile>> places = new LiveFiles(table, snapshot.snapshotId()).byPlace();
        List<LiveFile> all = places.values().stream().flatMap(List::stream).toList();
        FileCounts before = FileCounts.of(all);
        Set<String> chosen = new HashSet<>();
        places.values().forEach(files -> chosen.addAll(tooSmall(files)));
        chosen.addAll(tooDeleted(all, before, chosen));
        List<FileGroup> groups = new ArrayList<>();
        places.forEach((place, files) -> groups.addAll(groups(place, files, chosen)));
        groups.sort(Comparator.<FileGroup>comparingInt(group -> group.files().size())
                .reversed()
                .thenComparing(FileGroup::place));
        List<FileGroup> now = withinBytes(groups);
        return new CompactionPlan(table.name(), snapshot.snapshotId(), before, now, groups.size() - now.size());
    }

    private Set<String> tooSmall(List<LiveFile> files) {
        List<LiveFile> small = files.stream()
                .filter(live -> budget.isSmall(live.file().fileSizeInBytes()))
                .sorted(Comparator.comparingLong(live -> live.file().fileSizeInBytes()))
                .toList();
        Set<String> chosen = new HashSet<>();
        if (small.size() <= budget.maxSmallFiles()) {
            return chosen;
        }
        int least = small.size() - budget.maxSmallFiles() / 2;
        long bytes = 0;
        for (LiveFile live : small) {
            long size = live.file().fileSizeInBytes();
            if (chosen.size() >= least && size > bytes) {
                break;
            }
            chosen.add(live.file().location());
            bytes += size;
        }
        return chosen;
    }

    private Set<String> tooDeleted(List<LiveFile> files, FileCounts before, Set<String> already) {
        Set<String> chosen = new HashSet<>();
        if (before.deletedRatio() <= budget.deletedRowRatio()) {
            return chosen;
        }
        long rows = before.rows();
        long deleted = before.deletedRows();
        List<LiveFile> worstFirst = files.stream()
                .filter(live -> FileGroup.deletedRows(live) > 0)
                .sorted(Comparator.comparing(
                                (LiveFile live) -> !already.contains(live.file().location()))
                        .thenComparing(Comparator.comparingDouble(CompactionPlanner::deletedRatio)
                                .reversed())
                        .thenComparing(live -> live.file().location()))
                .toList();
        for (LiveFile live : worstFirst) {
            boolean enough = deleted <= budget.deletedRowRatio() / 2 * rows;
            if (enough && !already.contains(live.file().location())) {
                break;
            }
            chosen.add(live.file().location());
            rows -= FileGroup.deletedRows(live);
            deleted -= FileGroup.deletedRows(live);
        }
        return chosen;
    }

    private static double deletedRatio(LiveFile live) {
        return (double) FileGroup.deletedRows(live) / Math.max(1, live.file().recordCount());
    }

    /** Cuts the chosen files of a place into groups, each ended as soon as it makes a file of the target size. */
    private List<FileGroup> groups(Place place, List<LiveFile> files, Set<String> chosen) {
        List<FileGroup> groups = new ArrayList<>();
        List<LiveFile> group = new ArrayList<>();
        long bytes = 0;
        for (LiveFile live : files) {
            if (!chosen.contains(live.file().location())) {
                continue;
            }
            boolean full = bytes >= budget.targetFileBytes()
                    || (!budget.isSmall(bytes) && bytes + liveBytes(live) > budget.targetFileBytes() * 3 / 2)
                    || group.size() == MOST_FILES;
            if (!group.isEmpty() && full) {
                add(groups, place, group);
                group = new ArrayList<>();
                bytes = 0;
            }
            group.add(live);
            bytes += liveBytes(live);
        }
        add(groups, place, group);
        return groups;
    }

    /** What a file adds to the one it is written into, about. */
    private static long liveBytes(LiveFile live) {
        return (long) (live.file().fileSizeInBytes() * (1 - deletedRatio(live)));
    }

    /** A single file without deleted rows would be written again as it is. */
    private static void add(List<FileGroup> groups, Place place, List<LiveFile> files) {
        if (files.size() > 1 || (files.size() == 1 && FileGroup.deletedRows(files.get(0)) > 0)) {
            groups.add(new FileGroup(
                    place.text(), place.specId(), files.get(0).file().partition(), files));
        }
    }

    private List<FileGroup> withinBytes(List<FileGroup> groups) {
        List<FileGroup> now = new ArrayList<>();
        long bytes = 0;
        for (FileGroup group : groups) {
            if (!now.isEmpty() && bytes + group.bytes() > budget.bytesPerRound()) {
                break;
            }
            now.add(group);
            bytes += group.bytes();
        }
        return now;
    }
}
