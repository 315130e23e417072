package dev.sluice.sink.merge;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.index.IndexedFile;
import dev.sluice.sink.index.KeyBatch;
import dev.sluice.sink.index.KeyStore;
import dev.sluice.sink.index.KeyTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.duckdb.DuckDBAppender;

/** Carries rows between an instance of DuckDB and the store of a key index. */
final class IndexRows {
    /** Rows of one result; the driver holds the whole of it in memory. */
    private static final long RESULT = 100_000;

    private final DuckDb db;
    private final IndexLayout layout;
    private final KeyStore store;
    private final RowCodec codec;
    /** Of all data files that this run has come across, those that are gone included. */
    private final Map<Integer, String> paths = new HashMap<>();
    /** The ids of the data files that the table has. */
    private final Set<Integer> live = new HashSet<>();

    private KeyBatch pending = new KeyBatch();
    /** How often the store was cleared: what was found before says nothing of where records are. */
    private int cleared;

    private int foundBefore;

    IndexRows(DuckDb db, IndexLayout layout, KeyStore store) {
        this.db = db;
        this.layout = layout;
        this.store = store;
        this.codec = new RowCodec(layout);
        store.files().forEach(this::know);
    }

    private int know(IndexedFile file) {
        paths.put(file.id(), file.path());
        live.add(file.id());
        return file.id();
    }

    /** The path of the data file with an id. */
    String path(int fileId) {
        String path = paths.get(fileId);
        if (path == null) {
            throw new IllegalStateException("Key index names no data file with id " + fileId);
        }
        return path;
    }

    /** The id of a data file of the table, whose deletes are known. */
    int file(String path, String deletes) {
        return know(store.file(path, deletes));
    }

    /** The table does not have a data file any more: nor, from here on, its rows. */
    void forget(IndexedFile file) {
        live.remove(file.id());
        store.forget(file.path());
    }

    void clear() throws IOException {
        store.clear();
        cleared++;
        live.clear();
        pending = new KeyBatch();
    }

    /**
     * Enters rows. They count for look-ups after {@link #flush}.
     *
     * @param located query for the rows with their places and a number
     * @param number the column that numbers them from 0
     * @param count how many there are
     * @param files by their number of a data file, its id
     */
    void enter(String located, String number, long count, int[] files) throws IOException, SQLException {
        for (long from = 0; from < count; from += RESULT) {
            String part = "SELECT %s FROM (%s) WHERE %s >= %d AND %s < %d"
                    .formatted(layout.encoded(), located, number, from, number, from + RESULT);
            db.each(part, row -> {
                long high = RowCodec.high(row);
                long low = RowCodec.low(row);
                int size = codec.encode(row, files);
                put(high, low, store.record(high, low, codec.bytes(), size));
            });
        }
    }

    private void put(long high, long low, long value) throws IOException {
        if (pending.isFull()) {
            flush();
        }
        pending.add(high, low, value);
    }

    /** Hands what was entered and removed to the store. */
    void flush() throws IOException {
        store.keys().put(pending);
        pending = new KeyBatch();
    }

    /** Takes keys out, given a query for their hashes. */
    void remove(String keys) throws IOException, SQLException {
        db.each(keys, row -> put(row.getLong(1), row.getLong(2), KeyTree.REMOVED));
    }

    /** Takes keys out whose row is the one at a place of a data file, given a query for rows with their places. */
    void removeAt(String located, int file) throws IOException, SQLException {
        flush();
        for (KeyBatch keys :
                batches("SELECT %s, %s FROM (%s)".formatted(FileRelation.POSITION, layout.hashes(), located))) {
            long[] found = store.keys().find(keys);
            for (int i = 0; i < keys.size(); i++) {
                if (found[i] >= 0) {
                    RowCodec.Place deleted = new RowCodec.Place(file, keys.value(i));
                    if (RowCodec.place(record(keys, i, found[i])).equals(deleted)) {
                        put(keys.high(i), keys.low(i), KeyTree.REMOVED);
                    }
                }
            }
        }
    }

    /** See {@link KeyIndex#find}. */
    void find(String into, String keys, String number) throws IOException, SQLException {
        db.execute("CREATE OR REPLACE TEMP TABLE %s (%s BIGINT, %s INTEGER, %s BIGINT, %s BIGINT, %s BIGINT%s)"
                .formatted(
                        into,
                        number,
                        FileRelation.FILE,
                        FileRelation.POSITION,
                        IndexLayout.RECORD,
                        IndexLayout.CONTENT,
                        IndexLayout.definitions(layout.kept())));
        foundBefore = cleared;
        if (store.keys().isEmpty()) {
            return;
        }
        long count = db.number("SELECT count(*) FROM " + keys);
        for (long from = 0; from < count; from += KeyBatch.CAPACITY) {
            String part = "SELECT %s, %s, %s FROM %s WHERE rowid >= %d AND rowid < %d"
                    .formatted(number, IndexLayout.HIGH, IndexLayout.LOW, keys, from, from + KeyBatch.CAPACITY);
            for (KeyBatch batch : batches(part)) {
                appendFound(into, batch, store.keys().find(batch));
            }
        }
    }

    private void appendFound(String into, KeyBatch keys, long[] found) throws IOException, SQLException {
        try (DuckDBAppender appender = db.appender(into)) {
            for (int i : byOffset(found)) {
                ByteBuffer record = record(keys, i, found[i]);
                RowCodec.Place place = RowCodec.place(record);
                if (live.contains(place.file())) {
                    appender.beginRow();
                    appender.append(keys.value(i));
                    appender.append(place.file());
                    appender.append(place.position());
                    appender.append(found[i]);
                    codec.appendKept(record, appender);
                    appender.endRow();
                }
            }
        }
    }

    /** See {@link KeyIndex#rests}. */
    void rests(String into, String found, String number) throws IOException, SQLException {
        db.execute("CREATE OR REPLACE TEMP TABLE %s (%s BIGINT%s)"
                .formatted(into, number, IndexLayout.definitions(layout.rest())));
        String hashes = IndexLayout.HIGH + ", " + IndexLayout.LOW + " FROM " + found;
        List<KeyBatch> numbers = batches("SELECT %s, %s".formatted(number, hashes));
        List<KeyBatch> records = batches("SELECT %s, %s".formatted(IndexLayout.RECORD, hashes));
        try (DuckDBAppender appender = db.appender(into)) {
            for (int batch = 0; batch < numbers.size(); batch++) {
                KeyBatch keys = numbers.get(batch);
                long[] offsets = cleared == foundBefore
                        ? records.get(batch).values()
                        : store.keys().find(keys);
                for (int i : byOffset(offsets)) {
                    appender.beginRow();
                    appender.append(keys.value(i));
                    codec.appendRest(record(keys, i, offsets[i]), appender);
                    appender.endRow();
                }
            }
        }
    }

    private ByteBuffer record(KeyBatch keys, int i, long offset) throws IOException {
        return store.log().read(keys.high(i), keys.low(i), offset);
    }

    /** The places of offsets in ascending order of these, without those that are none. */
    private static int[] byOffset(long[] found) {
        long[] order = new long[found.length];
        int size = 0;
        for (int i = 0; i < found.length; i++) {
            if (found[i] >= 0) {
                order[size++] = found[i] * KeyBatch.CAPACITY + i;
            }
        }
        Arrays.sort(order, 0, size);
        int[] places = new int[size];
        for (int i = 0; i < size; i++) {
            places[i] = (int) (order[i] % KeyBatch.CAPACITY);
        }
        return places;
    }

    /** The keys of a query for a number and both hashes, sorted. */
    private List<KeyBatch> batches(String query) throws SQLException {
        List<KeyBatch> full = new ArrayList<>();
        KeyBatch[] last = {new KeyBatch()};
        db.each(query, row -> {
            if (last[0].isFull()) {
                full.add(last[0]);
                last[0] = new KeyBatch();
            }
            last[0].add(row.getLong(2), row.getLong(3), row.getLong(1));
        });
        full.add(last[0]);
        return full.stream().map(KeyBatch::sorted).toList();
    }
}
