package dev.sluice.sink.index;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
 * A number for each of many keys on local disk, a {@link KeyTree}, and the {@link RowLog} that the numbers point into.
 * One instance at a time has a folder. Nothing counts before {@link #commit}, which takes effect as a whole.
 *
 * <p>Nothing is forced to disk, and it need not be: what a crash of the machine takes away is found missing by a
 * checksum, and then the store is made anew.
 */
public final class KeyStore implements AutoCloseable {
    private static final String LOG = "log-";

    private final Path folder;
    private final Optional<FileChannel> lock;
    private final KeyTree keys;
    private final Map<String, IndexedFile> files = new LinkedHashMap<>();
    private Optional<IndexTag> tag = Optional.empty();
    private RowLog log;
    private long rows;
    private int nextFile;

    private KeyStore(Path folder, Optional<FileChannel> lock, RowLog log) {
        this.folder = folder;
        this.lock = lock;
        this.log = log;
        this.keys = new KeyTree(folder);
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
                store.keys.add(segment.name(), segment.count());
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

    /** The data files whose rows it holds. */
    public Collection<IndexedFile> files() {
        return Collections.unmodifiableCollection(files.values());
    }

    /** Forgets everything but which ids of data files were given. */
    public void clear() throws IOException {
        log.close();
        keys.clear();
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

    /** The numbers. */
    public KeyTree keys() {
        return keys;
    }

    /** Makes everything since the last commit count. */
    public void commit(IndexTag reflected) throws IOException {
        log.flush();
        List<Manifest.Segment> names = keys.segments();
        new Manifest(reflected, name(log.file()), log.length(), rows, names, nextFile, List.copyOf(files.values()))
                .write(folder);
        tag = Optional.of(reflected);
        Set<String> used = new HashSet<>();
        used.add(name(log.file()));
        names.forEach(segment -> used.add(segment.name()));
        deleteOthers(used);
    }

    private void deleteOthers(Set<String> used) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "{" + LOG + "," + KeyTree.SEGMENT + "}*")) {
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
        keys.clear();
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
