package dev.sluice.embedded.trino;

import dev.sluice.embedded.platform.DataFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What one start of Trino leaves for the next, kept in {@code target/}: made by the first test class that needs it,
 * while those in other processes wait, as each start without it takes twice as long.
 */
public final class TrinoCache {
    private static final Path FOLDER = Path.of("target", "trino-cache");

    private TrinoCache() {}

    /** The folder, with the distribution and the JVM's start-up cache in it. */
    static Path ready() {
        try {
            Files.createDirectories(FOLDER);
            try (FileChannel file = FileChannel.open(
                            FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = file.lock()) {
                if (held.isValid() && startUpCaches() == 0) {
                    record();
                }
            }
            return FOLDER;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a data folder that begins with what others have made, as if Trino had been started on it before. */
    public static void lendTo(Path data) {
        Path cache = ready().toAbsolutePath();
        DataFolder.open(data).close();
        try {
            Path trino = Files.createDirectories(data.resolve("trino"));
            for (String part : new String[] {"distribution", "aot"}) {
                Files.createSymbolicLink(trino.resolve(part), cache.resolve(part));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A first run, which writes the start-up cache when it ends. */
    private static void record() throws IOException {
        Path data = Files.createDirectories(FOLDER.resolve("first-run"));
        TrinoSettings settings = new TrinoSettings(data, FOLDER, URI.create("http://127.0.0.1:1"), 0, Map.of());
        TrinoServer.start(settings, System.out::println).close();
    }

    private static long startUpCaches() throws IOException {
        try (Stream<Path> files = Files.list(Files.createDirectories(FOLDER.resolve("aot")))) {
            return files.filter(file -> file.toString().endsWith(".aot")).count();
        }
    }
}
