package dev.sluice.sink.model.trino;

import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.merge.Changes;
import dev.sluice.sink.merge.TableFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * In which data files, and at which snapshots, the rows are that a table gained and lost. Trino reads files by their
 * paths, at a snapshot of which they are part; it knows no row positions.
 *
 * @param added files that hold what was added, by the snapshot at which they are read
 * @param exact whether these are the added rows and no others
 * @param removed files that held what was removed, as they were at the snapshot before; empty to look into all
 */
record ChangedFiles(
        long from,
        long to,
        Map<Long, List<String>> added,
        boolean exact,
        Optional<Set<String>> removed,
        boolean losesKeys) {
    /** A statement may have a million characters. */
    private static final int MOST_CHARACTERS = 400_000;

    /**
     * Places changes.
     *
     * @return empty when they are in more files than a statement can name, or cannot be read apart from other rows
     */
    static Optional<ChangedFiles> of(Table table, long from, Changes changes, boolean keyed) {
        Snapshot to = table.currentSnapshot();
        Snapshot before = table.snapshot(from);
        if (to == null || before == null || characters(changes) > MOST_CHARACTERS) {
            return Optional.empty();
        }
        Map<Long, List<String>> added = new LinkedHashMap<>();
        Optional<Set<String>> removed = Optional.of(paths(changes.removed()));
        boolean exact = true;
        if (changes.rewritten()) {
            TableFiles now = TableFiles.at(table, to);
            Map<Long, Long> bySequence = new HashMap<>();
            table.snapshots().forEach(snapshot -> bySequence.put(snapshot.sequenceNumber(), snapshot.snapshotId()));
            for (FileRows file : changes.added()) {
                boolean live = now.file(file.location()) != null;
                if (!live && !keyed && file.except().isPresent()) {
                    return Optional.empty();
                }
                exact &= live;
                Long at = live ? Long.valueOf(to.snapshotId()) : bySequence.get(file.sequence());
                if (at == null) {
                    return Optional.empty();
                }
                added.computeIfAbsent(at, key -> new ArrayList<>()).add(file.location());
            }
            TableFiles then = TableFiles.at(table, before);
            removed = removed.filter(files -> files.stream().allMatch(file -> then.file(file) != null));
        } else {
            added.put(
                    to.snapshotId(),
                    changes.added().stream().map(FileRows::location).toList());
        }
        return Optional.of(new ChangedFiles(from, to.snapshotId(), added, exact, removed, changes.losesKeys()));
    }

    private static Set<String> paths(List<FileRows> files) {
        Set<String> paths = new HashSet<>();
        files.forEach(file -> paths.add(file.location()));
        return paths;
    }

    private static int characters(Changes changes) {
        int characters = 0;
        for (String path : paths(changes.added())) {
            characters += path.length() + 4;
        }
        for (String path : paths(changes.removed())) {
            characters += path.length() + 4;
        }
        return characters;
    }
}
