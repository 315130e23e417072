package dev.sluice.sink.merge;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckTypes;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import dev.sluice.sink.merge.TableFiles.LiveFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the row of each key is: key, data file, position, ordering values, running minima and maxima, and a hash of the
 * rest. A local DuckDB database per table, attached to the instance of a run. It carries the table and the snapshot
 * that it reflects, written in the same transaction as its rows; on opening it is used, caught up or rebuilt
 * accordingly. It is a cache: whoever deletes it, restores an old copy or swaps two of them costs time and nothing
 * else.
 */
public final class KeyIndex {
    /** The hash of the columns that come from the newest row. */
    static final String CONTENT = "_sluice_content";

    private static final Logger LOG = LoggerFactory.getLogger(KeyIndex.class);
    private static final String DATABASE = "sluice_index";
    static final String ENTRY = DATABASE + ".entry";
    private static final String FILE = DATABASE + ".file";
    private static final String TAG = DATABASE + ".tag";

    private final DuckDb db;
    private final LocalFiles local;
    private final Table table;
    private final TableFiles files;
    private final MergeSpec spec;
    private final TableFaults faults;
    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final List<String> paths = new ArrayList<>();

    private KeyIndex(DuckDb db, LocalFiles local, Table table, TableFiles files, MergeSpec spec, TableFaults faults) {
        this.db = db;
        this.local = local;
        this.table = table;
        this.files = files;
        this.spec = spec;
        this.faults = faults;
    }

    /** Attaches the index of a table and makes it reflect exactly the given files. */
    public static KeyIndex open(
            DuckDb db,
            LocalFiles local,
            Path folder,
            String name,
            Table table,
            TableFiles files,
            MergeSpec spec,
            TableFaults faults)
            throws SQLException {
        attach(db, folder.resolve(name + ".duckdb"));
        KeyIndex index = new KeyIndex(db, local, table, files, spec, faults);
        index.bringUp();
        return index;
    }

    /** Columns that the index keeps under their own names. */
    private List<MergeColumn> kept() {
        return Stream.of(spec.keyColumns(), spec.orderColumns(), spec.folded())
                .flatMap(List::stream)
                .toList();
    }

    /** SQL of the hash over a relation with the table's columns. */
    static String content(MergeSpec spec) {
        List<MergeColumn> newest = spec.newest();
        return newest.isEmpty()
                ? "CAST(0 AS UBIGINT)"
                : "hash(" + SqlText.list(newest, column -> SqlText.name(column.name())) + ")";
    }

    /** The path of the data file that an entry names. */
    String path(int fileId) {
        return paths.get(fileId);
    }

    /** The id by which entries name a data file. */
    int id(String path) {
        Integer id = ids.get(path);
        if (id == null) {
            throw new IllegalStateException("No entry is in data file " + path);
        }
        return id;
    }

    /**
     * Follows a commit of this run.
     *
     * @param written the local Parquet file that was added, if any, of table location {@code location}
     * @param rows temporary table with the written rows and their content hash
     * @param replaced query for the row ids of entries whose rows were deleted
     * @param touched files whose deletes changed, as they are now
     */
    void follow(Snapshot committed, List<FileRows> written, String rows, String replaced, List<LiveFile> touched)
            throws SQLException {
        Long parent = committed.parentId();
        boolean onTop = parent == null
                ? files.snapshotId().isEmpty()
                : files.snapshotId().isPresent() && files.snapshotId().getAsLong() == parent;
        if (!onTop) {
            return;
        }
        db.transaction(() -> {
            db.execute("DELETE FROM %s WHERE rowid IN (%s)".formatted(ENTRY, replaced));
            for (FileRows file : written) {
                int id = remember(file.location(), "");
                FileRelation keys = FileRelation.create(
                        db,
                        local,
                        table.io(),
                        "sluice_follow_" + id,
                        table.schema(),
                        spec.keyColumns().stream().map(MergeColumn::plain).toList(),
                        List.of(file));
                db.execute("INSERT INTO %s SELECT %s, %d, w.%s, r.%s FROM (%s) w JOIN %s r USING (%s)"
                        .formatted(
                                ENTRY,
                                SqlText.list(kept(), column -> "r." + SqlText.name(column.name())),
                                id,
                                FileRelation.POSITION,
                                CONTENT,
                                keys.selectLocated(),
                                rows,
                                SqlText.list(spec.key(), SqlText::name)));
            }
            for (LiveFile file : touched) {
                db.execute("UPDATE %s SET deletes = %s WHERE path = %s"
                        .formatted(
                                FILE,
                                SqlText.literal(file.deletesTag()),
                                SqlText.literal(file.file().location())));
            }
            faults.pass(TablePoint.INDEX_FOLLOWING, table.name());
            tag(committed.snapshotId());
        });
    }

    private static void attach(DuckDb db, Path file) throws SQLException {
        String attach = "ATTACH %s AS %s".formatted(SqlText.literal(file.toString()), DATABASE);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            db.execute(attach);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            if (held(e)) {
                LOG.warn("Key index is held by another instance, working with a private one: index={}", file);
                db.execute("ATTACH ':memory:' AS " + DATABASE);
            } else {
                LOG.warn("Key index is unreadable, starting a new one: index={}, reason={}", file, e.getMessage());
                delete(file);
                db.execute(attach);
            }
        }
    }

    private static boolean held(SQLException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("lock") || message.contains("already attached") || message.contains("in use");
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".wal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void bringUp() throws SQLException {
        db.transaction(() -> {
            if (!belongs()) {
                rebuild();
            } else if (!isCurrent()) {
                if (isBehind()) {
                    catchUp();
                } else {
                    rebuild();
                }
            } else {
                loadFiles();
            }
        });
    }

    private boolean belongs() throws SQLException {
        long tables = db.number(
                "SELECT count(*) FROM duckdb_tables() WHERE database_name = %s AND table_name IN ('entry', 'file', 'tag')"
                        .formatted(SqlText.literal(DATABASE)));
        if (tables < 3) {
            return false;
        }
        return db.number("SELECT count(*) FROM %s WHERE table_uuid = %s AND layout = %s"
                        .formatted(TAG, SqlText.literal(table.uuid().toString()), SqlText.literal(layout())))
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

    /** The hash function and the kept columns; an index of another layout is useless. */
    private String layout() throws SQLException {
        String version = db.rows("SELECT version()", row -> row.getString(1)).get(0);
        return version + " "
                + spec.columns().stream()
                        .map(column -> column.name() + ":" + column.type() + ":" + column.fold())
                        .collect(Collectors.joining(" "))
                + " by " + spec.key() + " " + spec.orderBy();
    }

    private void rebuild() throws SQLException {
        LOG.info(
                "Rebuilding key index: table={}, files={}",
                table.name(),
                files.files().size());
        db.execute("CREATE OR REPLACE TABLE %s (%s, %s INTEGER, %s BIGINT, %s UBIGINT)"
                .formatted(
                        ENTRY,
                        SqlText.list(kept(), column -> SqlText.name(column.name()) + " " + DuckTypes.of(column.type())),
                        FileRelation.FILE,
                        FileRelation.POSITION,
                        CONTENT));
        db.execute("CREATE OR REPLACE TABLE %s (id INTEGER, path VARCHAR, deletes VARCHAR)".formatted(FILE));
        db.execute(
                "CREATE OR REPLACE TABLE %s (table_uuid VARCHAR, snapshot_id BIGINT, layout VARCHAR)".formatted(TAG));
        db.execute("INSERT INTO %s VALUES (%s, 0, %s)"
                .formatted(TAG, SqlText.literal(table.uuid().toString()), SqlText.literal(layout())));
        ids.clear();
        paths.clear();
        scan(List.copyOf(files.files()));
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
                    db.execute("UPDATE %s SET deletes = %s WHERE path = %s"
                            .formatted(FILE, SqlText.literal(live.deletesTag()), SqlText.literal(rows.location())));
                }
            }
        }
        scan(files.files().stream()
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

    private void scan(List<LiveFile> fresh) throws SQLException {
        if (fresh.isEmpty()) {
            return;
        }
        FileRelation rows = FileRelation.create(
                db,
                local,
                table.io(),
                "sluice_index_scan",
                table.schema(),
                spec.plainColumns(),
                fresh.stream().map(files::rows).toList());
        int base = paths.size();
        for (FileRows file : rows.files()) {
            LiveFile live = files.file(file.location());
            remember(file.location(), live == null ? "" : live.deletesTag());
        }
        db.execute("INSERT INTO %s SELECT %s, %s + %d, %s, %s FROM (%s)"
                .formatted(
                        ENTRY,
                        SqlText.list(kept(), column -> SqlText.name(column.name())),
                        FileRelation.FILE,
                        base,
                        FileRelation.POSITION,
                        content(spec),
                        rows.selectLocated()));
    }

    private int remember(String path, String deletes) throws SQLException {
        int id = paths.size();
        paths.add(path);
        ids.put(path, id);
        db.execute("INSERT INTO %s VALUES (%d, %s, %s)"
                .formatted(FILE, id, SqlText.literal(path), SqlText.literal(deletes)));
        return id;
    }

    private void tag(long snapshotId) throws SQLException {
        db.execute("UPDATE %s SET snapshot_id = %d".formatted(TAG, snapshotId));
    }
}
