package dev.sluice.sink.merge;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import dev.sluice.sink.merge.TableFiles.LiveFile;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the row of each key is, and what it holds: see {@link IndexLayout}. A local DuckDB database per table, attached
 * to the instance of a run. It carries the table and the snapshot that it reflects, written in the same transaction as
 * its rows; on opening it is used, caught up or rebuilt accordingly. It is a cache: whoever deletes it, restores an old
 * copy or swaps two of them costs time and nothing else.
 */
public final class KeyIndex {
    private static final Logger LOG = LoggerFactory.getLogger(KeyIndex.class);
    static final String ENTRY = IndexFile.DATABASE + ".entry";
    static final String REST = IndexFile.DATABASE + ".rest";
    private static final String FILE = IndexFile.DATABASE + ".file";
    private static final String TAG = IndexFile.DATABASE + ".tag";

    private final DuckDb db;
    private final LocalFiles local;
    private final Table table;
    private final TableFiles files;
    private final MergeSpec spec;
    private final TableFaults faults;
    private final IndexLayout layout;
    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final List<String> paths = new ArrayList<>();

    private KeyIndex(DuckDb db, LocalFiles local, Table table, TableFiles files, MergeSpec spec, TableFaults faults) {
        this.db = db;
        this.local = local;
        this.table = table;
        this.files = files;
        this.spec = spec;
        this.faults = faults;
        this.layout = new IndexLayout(spec);
    }

    /** Attaches the index of a table and makes it reflect exactly the given files. */
    static KeyIndex open(
            DuckDb db,
            LocalFiles local,
            Path folder,
            String name,
            Table table,
            TableFiles files,
            MergeSpec spec,
            TableFaults faults)
            throws SQLException {
        IndexFile.attach(db, folder.resolve(name + ".duckdb"));
        KeyIndex index = new KeyIndex(db, local, table, files, spec, faults);
        index.bringUp();
        return index;
    }

    /** The path of the data file that an entry names. */
    String path(int fileId) {
        return paths.get(fileId);
    }

    /**
     * Follows a commit of this run.
     *
     * @param written the rows that were added
     * @param replaced query for file, position and entry of the rows that were deleted
     * @param touched files whose deletes changed, as they are now
     */
    void follow(Snapshot committed, WrittenRows written, String replaced, List<LiveFile> touched) throws SQLException {
        Long parent = committed.parentId();
        boolean onTop = parent == null
                ? files.snapshotId().isEmpty()
                : files.snapshotId().isPresent() && files.snapshotId().getAsLong() == parent;
        if (!onTop) {
            return;
        }
        db.transaction(() -> {
            new EntryDeletion(db).delete(replaced);
            if (written.located().isPresent()) {
                enter(written.rows(), written.located().get());
            } else {
                scan("sluice_follow", written.rows());
            }
            for (LiveFile file : touched) {
                remember(file);
            }
            faults.pass(TablePoint.INDEX_FOLLOWING, table.name());
            tag(committed.snapshotId());
        });
    }

    private void bringUp() throws SQLException {
        db.transaction(() -> {
            if (!belongs()) {
                rebuild();
            } else if (!isCurrent()) {
                if (isBehind() && !isMostlyGone()) {
                    catchUp();
                } else {
                    rebuild();
                }
            } else {
                loadFiles();
            }
        });
    }

    /** Rests are never deleted, since their row ids are known; a file's remain when it is gone. */
    private boolean isMostlyGone() throws SQLException {
        long live = files.files().stream()
                .mapToLong(file -> file.file().recordCount())
                .sum();
        return db.number("SELECT count(*) FROM " + REST) > 2 * live;
    }

    private boolean belongs() throws SQLException {
        return IndexFile.has(db, List.of("entry", "rest", "file", "tag"))
                && db.number("SELECT count(*) FROM %s WHERE table_uuid = %s AND layout = %s"
                                .formatted(
                                        TAG,
                                        SqlText.literal(table.uuid().toString()),
                                        SqlText.literal(layout.text(db))))
                        == 1;
    }

    private boolean isCurrent() throws SQLException {
        return files.snapshotId().isPresent()
                && reflected() == files.snapshotId().getAsLong();
    }

    private boolean isBehind() throws SQLException {
        long reflected = reflected();
        return files.snapshotId().isPresent()
                && table.snapshot(reflected) != null
                && SnapshotUtil.isAncestorOf(table, files.snapshotId().getAsLong(), reflected);
    }

    private long reflected() throws SQLException {
        return db.number("SELECT snapshot_id FROM " + TAG);
    }

    private void rebuild() throws SQLException {
        LOG.info(
                "Rebuilding key index: table={}, files={}",
                table.name(),
                files.files().size());
        db.execute("CREATE OR REPLACE TABLE %s (%s)".formatted(ENTRY, layout.entryDefinition()));
        db.execute("CREATE OR REPLACE TABLE %s (%s)".formatted(REST, layout.restDefinition()));
        db.execute("CREATE OR REPLACE TABLE %s (id INTEGER, path VARCHAR, deletes VARCHAR)".formatted(FILE));
        db.execute(
                "CREATE OR REPLACE TABLE %s (table_uuid VARCHAR, snapshot_id BIGINT, layout VARCHAR)".formatted(TAG));
        db.execute("INSERT INTO %s VALUES (%s, 0, %s)"
                .formatted(TAG, SqlText.literal(table.uuid().toString()), SqlText.literal(layout.text(db))));
        ids.clear();
        paths.clear();
        scanLive(List.copyOf(files.files()));
        faults.pass(TablePoint.INDEX_CAUGHT_UP, table.name());
        tag(files.snapshotId().orElse(0));
    }

    private void catchUp() throws SQLException {
        Map<String, String> known = loadFiles();
        List<Integer> gone = new ArrayList<>();
        List<FileRows> shrunk = new ArrayList<>();
        known.forEach((path, deletes) -> {
            LiveFile live = files.file(path);
            if (live == null) {
                gone.add(ids.get(path));
            } else if (!live.deletesTag().equals(deletes)) {
                shrunk.add(FileRows.only(path, 0, 0, Positions.deleted(table.io(), live.deletes(), path)));
            }
        });
        if (!gone.isEmpty()) {
            String list = SqlText.list(gone, id -> Integer.toString(id));
            db.execute("DELETE FROM %s WHERE %s IN (%s)".formatted(ENTRY, FileRelation.FILE, list));
            db.execute("DELETE FROM %s WHERE id IN (%s)".formatted(FILE, list));
        }
        if (!shrunk.isEmpty()) {
            String positions = FileRelation.positions(db, "sluice_shrunk", shrunk, rows -> ids.get(rows.location()));
            db.execute("DELETE FROM %s USING %s s WHERE %s = s.f AND %s = s.p"
                    .formatted(ENTRY, positions, FileRelation.FILE, FileRelation.POSITION));
            for (FileRows rows : shrunk) {
                LiveFile live = files.file(rows.location());
                if (live != null) {
                    remember(live);
                }
            }
        }
        scanLive(files.files().stream()
                .filter(live -> !known.containsKey(live.file().location()))
                .toList());
        faults.pass(TablePoint.INDEX_CAUGHT_UP, table.name());
        tag(files.snapshotId().orElse(0));
    }

    private Map<String, String> loadFiles() throws SQLException {
        Map<String, String> known = new LinkedHashMap<>();
        db.rows("SELECT id, path, deletes FROM " + FILE, row -> {
            int id = row.getInt(1);
            String path = row.getString(2);
            ids.put(path, id);
            while (paths.size() <= id) {
                paths.add("");
            }
            paths.set(id, path);
            return known.put(path, row.getString(3));
        });
        return known;
    }

    private void scanLive(List<LiveFile> fresh) throws SQLException {
        scan("sluice_index_scan", fresh.stream().map(files::rows).toList());
        for (LiveFile live : fresh) {
            remember(live);
        }
    }

    /** Makes entries of all rows of data files that have none yet. */
    private void scan(String relation, List<FileRows> fresh) throws SQLException {
        if (fresh.isEmpty()) {
            return;
        }
        FileRelation rows =
                FileRelation.create(db, local, table.io(), relation, table.schema(), spec.plainColumns(), fresh);
        enter(rows.files(), rows.selectLocated());
    }

    /** Makes entries of rows whose places are known. */
    private void enter(List<FileRows> fresh, String located) throws SQLException {
        int base = paths.size();
        for (FileRows file : fresh) {
            int id = paths.size();
            paths.add(file.location());
            ids.put(file.location(), id);
            db.execute("INSERT INTO %s VALUES (%d, %s, '')".formatted(FILE, id, SqlText.literal(file.location())));
        }
        long rests = db.number("SELECT count(*) FROM " + REST);
        db.execute("INSERT INTO %s %s".formatted(ENTRY, layout.entries(located, base, rests)));
        if (!layout.rest().isEmpty()) {
            db.execute("INSERT INTO %s %s".formatted(REST, layout.rests(located, base)));
        }
    }

    private void remember(LiveFile live) throws SQLException {
        if (!live.deletes().isEmpty()) {
            db.execute("UPDATE %s SET deletes = %s WHERE path = %s"
                    .formatted(
                            FILE,
                            SqlText.literal(live.deletesTag()),
                            SqlText.literal(live.file().location())));
        }
    }

    private void tag(long snapshotId) throws SQLException {
        db.execute("UPDATE %s SET snapshot_id = %d".formatted(TAG, snapshotId));
    }
}
