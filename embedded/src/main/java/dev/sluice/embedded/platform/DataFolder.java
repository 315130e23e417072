package dev.sluice.embedded.platform;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that the embedded platform keeps, under one folder, held by one process at a time.
 *
 * <pre>
 * VERSION               of this layout
 * lock                  held by the process that runs on the folder, whose id is in it
 * endpoints.properties  where the running platform answers
 * kafka/ registry/ catalog.db warehouse/ state/ files/ logs/
 * </pre>
 */
public final class DataFolder implements AutoCloseable {
    /** Of the layout; another one is refused, never guessed at. */
    static final String VERSION = "1";

    private static final String VERSION_FILE = "VERSION";
    private static final String LOCK_FILE = "lock";
    /** What a start that was killed before it wrote the version may leave behind. */
    private static final Set<String> UNFINISHED = Set.of(LOCK_FILE, VERSION_FILE + AtomicText.SUFFIX);

    private final Path root;
    private final FolderLock lock;

    private DataFolder(Path root, FolderLock lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Takes the folder for this process, and lays it out when it is new.
     *
     * @param root a folder of ours, an empty one, or one that is not there
     * @throws SluiceException DATA_FOLDER for a folder of something else or of another version, or one that cannot be
     *     written; DATA_FOLDER_HELD for one that another process is on
     */
    public static DataFolder open(Path root) {
        Path absolute = root.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute);
            refuseForeign(absolute);
            FolderLock lock = FolderLock.take(absolute, absolute.resolve(LOCK_FILE));
            try {
                DataFolder folder = new DataFolder(absolute, lock);
                folder.layOut();
                return folder;
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw unusable(absolute, "it cannot be written", "a folder of ours or an empty one", e.toString(), e);
        }
    }

    public Path root() {
        return root;
    }

    public Path kafka() {
        return root.resolve("kafka");
    }

    public Path registry() {
        return root.resolve("registry");
    }

    /** The SQLite file of the Iceberg catalog. */
    public Path catalogDatabase() {
        return root.resolve("catalog.db");
    }

    public Path warehouse() {
        return root.resolve("warehouse");
    }

    /** Local state that can be rebuilt: Kafka Streams' stores, the key index. */
    public Path state() {
        return root.resolve("state");
    }

    /** Data files that are being written or are in no table yet. */
    public Path files() {
        return root.resolve("files");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    /** Lets another process have the folder. */
    @Override
    public void close() {
        lock.close();
    }

    private void layOut() throws IOException {
        Path file = root.resolve(VERSION_FILE);
        if (Files.exists(file)) {
            String found = Files.readString(file).strip();
            if (!found.equals(VERSION)) {
                throw unusable(
                        root, "it is of another version of Sluice", "version " + VERSION, "version " + found, null);
            }
        } else {
            AtomicText.write(file, VERSION + "\n");
        }
        for (Path folder : List.of(kafka(), registry(), warehouse(), state(), files(), logs())) {
            Files.createDirectories(folder);
        }
    }

    private static void refuseForeign(Path root) throws IOException {
        if (Files.exists(root.resolve(VERSION_FILE))) {
            return;
        }
        try (Stream<Path> entries = Files.list(root)) {
            entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !UNFINISHED.contains(name))
                    .findFirst()
                    .ifPresent(name -> {
                        throw unusable(
                                root,
                                "it is not a data folder of Sluice",
                                "an empty folder or one of ours",
                                name,
                                null);
                    });
        }
    }

    private static SluiceException unusable(
            Path root, String reason, String expected, String found, @Nullable Exception cause) {
        return new SluiceException(
                ErrorCode.DATA_FOLDER,
                "Cannot use data folder %s: %s, expected %s, found %s".formatted(root, reason, expected, found),
                cause);
    }
}
