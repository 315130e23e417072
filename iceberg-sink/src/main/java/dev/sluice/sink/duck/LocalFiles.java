package dev.sluice.sink.duck;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.iceberg.io.FileIO;

/**
 * Gives DuckDB a local path for every data file. A file that is local is used where it is; any other is copied through
 * the table's {@link FileIO} into a folder of the run, once.
 */
public final class LocalFiles implements AutoCloseable {
    /** DuckDB would take such a path for a pattern. */
    private static final Pattern GLOB = Pattern.compile("[*?\\[]");

    private final Path folder;
    private final Map<String, Path> fetched = new HashMap<>();

    public LocalFiles(Path folder) {
        this.folder = folder;
    }

    /** The folder for copies and for files on their way to the table. */
    public Path folder() {
        return folder;
    }

    /** Where DuckDB reads the file at a location. */
    public Path read(FileIO io, String location) {
        return local(location)
                .filter(path -> Files.exists(path) && !GLOB.matcher(location).find())
                .orElseGet(() -> fetched.computeIfAbsent(location, key -> fetch(io, key)));
    }

    /** Where DuckDB writes the file for a location; {@link #publish} brings it there if it is not the place itself. */
    public Path write(String location) {
        Path path =
                local(location).orElseGet(() -> folder.resolve(Path.of(location).getFileName()));
        try {
            Path parent = path.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
        } catch (IOException e) {
            throw failed("write", location, e);
        }
        return path;
    }

    /** Copies a file written at {@link #write} to its location, unless it is there already. */
    public void publish(FileIO io, Path written, String location) {
        if (local(location).isPresent()) {
            return;
        }
        try (OutputStream out = io.newOutputFile(location).create()) {
            Files.copy(written, out);
        } catch (IOException e) {
            throw failed("write", location, e);
        }
    }

    /** The path of a location on this machine's file system; empty for any other storage. */
    public static Optional<Path> local(String location) {
        if (location.startsWith("/")) {
            return Optional.of(Path.of(location));
        }
        if (location.startsWith("file:/")) {
            return Optional.of(Path.of(location.substring("file:".length()).replaceFirst("^/+", "/")));
        }
        return Optional.empty();
    }

    private Path fetch(FileIO io, String location) {
        String extension = location.endsWith(".parquet") ? ".parquet" : "";
        Path copy = folder.resolve("fetched-" + fetched.size() + extension);
        try (InputStream in = io.newInputFile(location).newStream()) {
            Files.createDirectories(folder);
            Files.copy(in, copy);
            return copy;
        } catch (IOException e) {
            throw failed("read", location, e);
        }
    }

    private static SluiceException failed(String verb, String location, IOException cause) {
        return new SluiceException(
                ErrorCode.STORAGE_FAILED,
                "Cannot %s data file %s: %s".formatted(verb, location, cause.getMessage()),
                cause);
    }

    /** Deletes the copies, and whatever else was left in the folder. */
    @Override
    public void close() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw failed("delete", folder.toString(), e);
        }
    }
}
