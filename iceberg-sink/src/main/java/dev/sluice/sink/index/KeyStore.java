package dev.sluice.sink.index;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A number for each of many keys, on local disk: a log-structured merge tree of {@link KeySegment}s, each newer than
 * the ones before it and a third of the size at most, and the {@link RowLog} that the numbers point into. One instance
 * at a time has a folder. Nothing counts before {@link #commit}, which takes effect as a whole.
 *
 * <p>Nothing is forced to disk, and it need not be: what a crash of the machine takes away is found missing by a
 * checksum, and then the store is made anew.
 */
public final class KeyStore implements AutoCloseable {
    /** The number of a key that was never put. */
    public static final long UNKNOWN = -2;
    /** The number of a key that was taken out. */
    public static final long REMOVED = -1;

    /** By how much an older segment is larger: more would mean more segments to look into, and less rewriting. */
    private static final int TIER = 3;

    private static final String LOG = "log-";
    private static final String SEGMENT = "keys-";

    private final Path folder;
    private final Optional<FileChannel> lock;
    private final List<KeySegment> segments = new ArrayList<>();
    private final Map<String, IndexedFile> files = new LinkedHashMap<>();
    private Optional<IndexTag> tag = Optional.empty();
    private RowLog log;
    private long rows;
    private int nextFile;

    private KeyStore(Path folder, Optional<FileChannel> lock, RowLog log) {
        this.folder = folder;
        this.lock = lock;
        this.log = log;
    }

    /**
     * Opens the store in a folder, an empty one where there is none.
     *
     * @return empty when another instance has the folder
     * @throws DamagedStoreException when it cannot be used; see {@link #empty}
     */
    public static Optional<KeyStore> open(Path folder) throws IOException {
        return locked(folder, lock -> {
            Optional<Manifest> manifest = Manifest.read(folder);
            return manifest.isPresent()
                    ? load(folder, Optional.of(lock), manifest.get())
                    : new KeyStore(folder, Optional.of(lock), newLog(folder));
        });
    }

    /**
     * Opens an empty store, which takes the place of the one in the folder when it is committed.
     *
     * @return empty when another instance has the folder
     */
    public static Optional<KeyStore> empty(Path folder) throws IOException {
        return locked(folder, lock -> new KeyStore(folder, Optional.of(lock), newLog(folder)));
    }

    /**
     * Opens a store to read what was committed last, whether or not another instance has the folder.
     *
     * @return empty when there is none
     */
    public static Optional<KeyStore> read(Path folder) throws IOException {
        while (true) {
            Optional<Manifest> manifest = Manifest.read(folder);
            if (manifest.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(load(folder, Optional.empty(), manifest.get()));
            } catch (DamagedStoreException e) {
                // A commit may just have taken its files away.
                if (Manifest.read(folder).equals(manifest)) {
                    throw e;
                }
            }
        }
    }

    private interface Opening {
        KeyStore with(FileChannel lock) throws IOException;
    }

    private static Optional<KeyStore> locked(Path folder, Opening opening) throws IOException {
        Files.createDirectories(folder);
        FileChannel lock =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Optional<KeyStore> opened = Optional.empty();
        try {
            if (lock.tryLock() != null) {
                opened = Optional.of(opening.with(lock));
            }
            return opened;
        } catch (OverlappingFileLockException e) {
            return opened;
        } finally {
            if (opened.isEmpty()) {
                lock.close();
            }
        }
    }

    private static KeyStore load(Path folder, Optional<FileChannel> lock, Manifest manifest) throws IOException {
        Path logFile = folder.resolve(manifest.log());
        RowLog log = lock.isPresent()
                ? RowLog.open(logFile, manifest.logLength())
                : RowLog.read(logFile, manifest.logLength());
        KeyStore store = new KeyStore(folder, lock, log);
        try {
            for (Manifest.Segment segment : manifest.segments()) {
                store.segments.add(KeySegment.open(folder.resolve(segment.name()), segment.count()));
            }
        } catch (IOException e) {
            store.closeFiles();
            throw e;
        }
        manifest.files().forEach(file -> store.files.put(file.path(), file));
        store.tag = Optional.of(manifest.tag());
        store.rows = manifest.rows();
        store.nextFile = manifest.nextFile();
        return store;
    }

    private static RowLog newLog(Path folder) throws IOException {
        return RowLog.open(folder.resolve(LOG + UUID.randomUUID()), 0);
    }

    /** What the store reflects; empty when nothing was committed. */
    public Optional<IndexTag> tag() {
        return tag;
    }

    /** The records that the log has, those that no key points to any more included. */
    public long rows() {
        return rows;
    }

    /** Whether no key was ever put. */
    public boolean isEmpty() {
        return segments.isEmpty();
    }

    /** The data files whose rows it holds. */
    public Collection<IndexedFile> files() {
        return Collections.unmodifiableCollection(files.values());
    }

    /** Forgets everything but which ids of data files were given. */
    public void clear() throws IOException {
        closeFiles();
        segments.clear();
        files.clear();
        rows = 0;
        log = newLog(folder);
    }

    /** Adds a data file, or notes what is known of its deletes now. */
    public IndexedFile file(String path, String deletes) {
        IndexedFile known = files.get(path);
        IndexedFile file = new IndexedFile(known == null ? nextFile++ : known.id(), path, deletes);
        files.put(path, file);
        return file;
    }

    /** Forgets a data file. Its rows stay, for the caller to tell by its id. */
    public void forget(String path) {
        files.remove(path);
    }

    /**
     * Adds a record to the log.
     *
     * @return its offset, the number to put for its key
     */
    public long record(long high, long low, byte[] bytes, int size) throws IOException {
        rows++;
        return log.add(high, low, bytes, size);
    }

    /** The records. */
    public RowLog log() {
        return log;
    }

    /** Puts numbers for keys, {@link #REMOVED} to take one out. */
    public void put(KeyBatch batch) throws IOException {
        if (batch.size() == 0) {
            return;
        }
        segments.add(SegmentWriter.write(newSegment(), batch.sorted()));
        for (int newest = segments.size() - 1; newest > 0; newest--) {
            KeySegment newer = segments.get(newest);
            KeySegment older = segments.get(newest - 1);
            if (older.count() > TIER * newer.count()) {
                return;
            }
            segments.set(newest - 1, SegmentWriter.merge(newSegment(), older, newer, newest == 1));
            segments.remove(newest);
            older.close();
            newer.close();
        }
    }

    private Path newSegment() {
        return folder.resolve(SEGMENT + UUID.randomUUID());
    }

    /**
     * Looks keys up.
     *
     * @param sorted keys in ascending order, each once
     * @return the number of each, {@link #UNKNOWN} or {@link #REMOVED}
     */
    public long[] find(KeyBatch sorted) throws IOException {
        long[] found = new long[sorted.size()];
        Arrays.fill(found, UNKNOWN);
        for (int newest = segments.size() - 1; newest >= 0; newest--) {
            segments.get(newest).find(sorted, found);
        }
        return found;
    }

    /** Takes the number of a key. */
    @FunctionalInterface
    public interface Visitor {
        void visit(long high, long low, long number) throws IOException;
    }

    /** Passes over all keys that are not taken out, in ascending order, with their newest number. */
    public void visit(Visitor visitor) throws IOException {
        List<KeySegment.Cursor> cursors = new ArrayList<>();
        for (KeySegment segment : segments) {
            KeySegment.Cursor cursor = segment.cursor();
            if (cursor.next()) {
                cursors.add(cursor);
            }
        }
        while (!cursors.isEmpty()) {
            KeySegment.Cursor least = cursors.get(cursors.size() - 1);
            for (int i = cursors.size() - 2; i >= 0; i--) {
                least = cursors.get(i).compareTo(least) < 0 ? cursors.get(i) : least;
            }
            long high = least.high();
            long low = least.low();
            if (least.value() != REMOVED) {
                visitor.visit(high, low, least.value());
            }
            List<KeySegment.Cursor> more = new ArrayList<>();
            for (KeySegment.Cursor cursor : cursors) {
                if (cursor.high() != high || cursor.low() != low || cursor.next()) {
                    more.add(cursor);
                }
            }
            cursors = more;
        }
    }

    /** Makes everything since the last commit count. */
    public void commit(IndexTag reflected) throws IOException {
        log.flush();
        List<Manifest.Segment> names = segments.stream()
                .map(segment -> new Manifest.Segment(name(segment.file()), segment.count()))
                .toList();
        new Manifest(reflected, name(log.file()), log.length(), rows, names, nextFile, List.copyOf(files.values()))
                .write(folder);
        tag = Optional.of(reflected);
        Set<String> used = new HashSet<>();
        used.add(name(log.file()));
        names.forEach(segment -> used.add(segment.name()));
        deleteOthers(used);
    }

    private void deleteOthers(Set<String> used) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "{" + LOG + "," + SEGMENT + "}*")) {
            for (Path file : all) {
                if (!used.contains(name(file))) {
                    Files.delete(file);
                }
            }
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private void closeFiles() throws IOException {
        log.close();
        for (KeySegment segment : segments) {
            segment.close();
        }
    }

    /** Gives the folder free. What was not committed is lost. */
    @Override
    public void close() throws IOException {
        closeFiles();
        if (lock.isPresent()) {
            lock.get().close();
        }
    }
}
