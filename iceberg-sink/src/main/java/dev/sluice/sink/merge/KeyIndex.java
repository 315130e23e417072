package dev.sluice.sink.merge;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import dev.sluice.sink.index.DamagedStoreException;
import dev.sluice.sink.index.IndexTag;
import dev.sluice.sink.index.IndexedFile;
import dev.sluice.sink.index.KeyStore;
import dev.sluice.sink.merge.TableFiles.LiveFile;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the row of each key is, and what it holds: see {@link IndexLayout}. A {@link KeyStore} per table, which names
 * the table and the snapshot that it reflects; on opening it is used, caught up or rebuilt accordingly. It is a cache:
 * whoever deletes it, damages it, restores an old copy or swaps two of them costs time and nothing else.
 */
public final class KeyIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyIndex.class);
    private static final String SUFFIX = ".index";
    /** The rows of a data file on their way into the index. */
    private static final String ENTERING = "sluice_entering";

    private static final String NUMBER = "_sluice_number";

    private final DuckDb db;
    private final LocalFiles local;
    private final Table table;
    private final TableFiles files;
    private final MergeSpec spec;
    private final TableFaults faults;
    private final IndexLayout layout;
    private final KeyStore store;
    private final IndexRows rows;

    private KeyIndex(
            DuckDb db,
            LocalFiles local,
            Table table,
            TableFiles files,
            MergeSpec spec,
            TableFaults faults,
            KeyStore store) {
        this.db = db;
        this.local = local;
        this.table = table;
        this.files = files;
        this.spec = spec;
        this.faults = faults;
        this.layout = new IndexLayout(spec);
        this.store = store;
        this.rows = new IndexRows(db, layout, store);
    }

    /** Where the index of a model's table is. */
    public static Path folder(Path indexes, String model) {
        return indexes.resolve(model + SUFFIX);
    }

    /** Opens the index of a table and makes it reflect exactly the given files. */
    static KeyIndex open(
            DuckDb db,
            LocalFiles local,
            Path indexes,
            String name,
            Table table,
            TableFiles files,
            MergeSpec spec,
            TableFaults faults)
            throws SQLException {
        KeyStore store = store(folder(indexes, name), local.folder().resolve(name + SUFFIX));
        KeyIndex index = new KeyIndex(db, local, table, files, spec, faults, store);
        boolean opened = false;
        try {
            index.orRebuilt(index::bringUp);
            opened = true;
            return index;
        } finally {
            if (!opened) {
                index.close();
            }
        }
    }

    /** The store in a folder; an empty one where it is damaged, one in the other folder where it is held. */
    private static KeyStore store(Path folder, Path other) {
        try {
            Optional<KeyStore> store;
            try {
                store = KeyStore.open(folder);
            } catch (DamagedStoreException e) {
                LOG.warn("Key index is damaged, making a new one: index={}, reason={}", folder, e.getMessage());
                store = KeyStore.empty(folder);
            }
            if (store.isPresent()) {
                return store.get();
            }
            LOG.warn("Key index is held by another run, working with a private one: index={}", folder);
            return KeyStore.empty(other).orElseThrow();
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    private static SluiceException failed(Object index, IOException cause) {
        return new SluiceException(
                ErrorCode.STORAGE_FAILED,
                "[%s] Cannot read or write the key index: %s".formatted(index, cause.getMessage()),
                cause);
    }

    /** What is done with the store. */
    @FunctionalInterface
    private interface Step {
        void take() throws IOException, SQLException;
    }

    /** Takes a step; once more on a new index when the old one proves damaged. */
    private void orRebuilt(Step step) throws SQLException {
        try {
            try {
                step.take();
            } catch (DamagedStoreException e) {
                LOG.warn("Key index is damaged: table={}, reason={}", table.name(), e.getMessage());
                rebuild();
                step.take();
            }
        } catch (IOException e) {
            throw failed(table.name(), e);
        }
    }

    /** The path of the data file with an id. */
    String path(int fileId) {
        return rows.path(fileId);
    }

    /**
     * Makes a table of what the index has for keys: the number, file, position, {@link IndexLayout#RECORD}, the content
     * and the kept columns, as {@link IndexLayout#decoded} reads them.
     *
     * @param keys a temporary table with {@link IndexLayout#HIGH} and {@link IndexLayout#LOW}, no row ever deleted
     * @param number its column that numbers its rows
     */
    void find(String into, String keys, String number) throws SQLException {
        orRebuilt(() -> rows.find(into, keys, number));
    }

    /**
     * Makes a table of the number and the rest of rows that were found.
     *
     * @param found a temporary table with the hashes and {@link IndexLayout#RECORD}, no row ever deleted
     * @param number its column that numbers its rows
     */
    void rests(String into, String found, String number) throws SQLException {
        orRebuilt(() -> rows.rests(into, found, number));
    }

    /**
     * Follows a commit of this run.
     *
     * @param written the rows that were added
     * @param removed query for the hashes of the keys that have no row any more
     * @param touched files whose deletes changed, as they are now
     */
    void follow(Snapshot committed, WrittenRows written, String removed, List<LiveFile> touched)
            throws SQLException, IOException {
        Long parent = committed.parentId();
        boolean onTop = parent == null
                ? files.snapshotId().isEmpty()
                : files.snapshotId().isPresent() && files.snapshotId().getAsLong() == parent;
        if (!onTop) {
            return;
        }
        rows.remove(removed);
        if (written.located().isPresent()) {
            int[] ids = {rows.file(written.files().get(0).location(), "")};
            rows.enter(
                    written.located().get(),
                    FileRelation.POSITION,
                    written.files().get(0).recordCount(),
                    ids);
        } else {
            for (FileRows file : written.rows()) {
                scan(file, "");
            }
        }
        for (LiveFile file : touched) {
            rows.file(file.file().location(), file.deletesTag());
        }
        faults.pass(TablePoint.INDEX_FOLLOWING, table.name());
        commit(committed.snapshotId());
    }

    private void bringUp() throws IOException, SQLException {
        Optional<IndexTag> tag = store.tag();
        if (tag.isEmpty() || !tag.get().equals(tag(tag.get().snapshotId()))) {
            rebuild();
        } else if (files.snapshotId().isEmpty()
                || files.snapshotId().getAsLong() != tag.get().snapshotId()) {
            if (isAncestor(tag.get().snapshotId()) && !isMostlyGone()) {
                catchUp();
            } else {
                rebuild();
            }
        }
    }

    private IndexTag tag(long snapshotId) throws SQLException {
        return new IndexTag(table.uuid().toString(), layout.text(db), snapshotId);
    }

    private boolean isAncestor(long reflected) {
        return files.snapshotId().isPresent()
                && table.snapshot(reflected) != null
                && SnapshotUtil.isAncestorOf(table, files.snapshotId().getAsLong(), reflected);
    }

    /** Records are never deleted one by one. */
    private boolean isMostlyGone() {
        long live = files.files().stream()
                .mapToLong(file -> file.file().recordCount())
                .sum();
        return store.rows() > 2 * live;
    }

    private void rebuild() throws IOException, SQLException {
        LOG.info(
                "Rebuilding key index: table={}, files={}",
                table.name(),
                files.files().size());
        rows.clear();
        for (LiveFile live : files.files()) {
            scan(files.rows(live), live.deletesTag());
        }
        faults.pass(TablePoint.INDEX_CAUGHT_UP, table.name());
        commit(files.snapshotId().orElse(0));
    }

    private void catchUp() throws IOException, SQLException {
        Set<String> known = new HashSet<>();
        for (IndexedFile file : List.copyOf(store.files())) {
            known.add(file.path());
            LiveFile live = files.file(file.path());
            if (live == null) {
                rows.forget(file);
            } else if (!live.deletesTag().equals(file.deletes())) {
                removeDeleted(live);
            }
        }
        for (LiveFile live : files.files()) {
            if (!known.contains(live.file().location())) {
                scan(files.rows(live), live.deletesTag());
            }
        }
        faults.pass(TablePoint.INDEX_CAUGHT_UP, table.name());
        commit(files.snapshotId().orElse(0));
    }

    /** Takes out the keys whose row is deleted from a data file, unless they have another one by now. */
    private void removeDeleted(LiveFile live) throws IOException, SQLException {
        String path = live.file().location();
        FileRows deleted = FileRows.only(path, 0, 0, Positions.deleted(table.io(), live.deletes(), path));
        int id = rows.file(path, live.deletesTag());
        FileRelation relation = FileRelation.create(
                db,
                local,
                table.io(),
                "sluice_shrunk_" + id,
                table.schema(),
                spec.keyColumns().stream().map(MergeColumn::plain).toList(),
                List.of(deleted));
        rows.removeAt(relation.selectLocated(), id);
    }

    /** Enters all rows of a data file. */
    private void scan(FileRows file, String deletes) throws IOException, SQLException {
        int[] ids = {rows.file(file.location(), deletes)};
        FileRelation relation = FileRelation.create(
                db,
                local,
                table.io(),
                "sluice_index_scan_" + ids[0],
                table.schema(),
                spec.plainColumns(),
                List.of(file));
        long count = db.execute("CREATE OR REPLACE TEMP TABLE %s AS %s".formatted(ENTERING, relation.selectLocated()));
        rows.enter("SELECT *, rowid AS %s FROM %s".formatted(NUMBER, ENTERING), NUMBER, count, ids);
        db.execute("DROP TABLE " + ENTERING);
    }

    private void commit(long snapshotId) throws IOException, SQLException {
        rows.flush();
        store.commit(tag(snapshotId));
    }

    @Override
    public void close() {
        try {
            store.close();
        } catch (IOException e) {
            throw failed(table.name(), e);
        }
    }
}
