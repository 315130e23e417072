package dev.sluice.app.cli;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder of one command alone, for what DuckDB spills; gone when the command ends. */
final class WorkFolder implements AutoCloseable {
    private final Path path;

    private WorkFolder(Path path) {
        this.path = path;
    }

    static WorkFolder create() {
        try {
            return new WorkFolder(Files.createTempDirectory("sluice-"));
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.STORAGE_FAILED, "Cannot create a temporary folder: " + e.getMessage(), e);
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try (Stream<Path> paths = Files.walk(path)) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.STORAGE_FAILED, "Cannot delete folder " + path + ": " + e.getMessage(), e);
        }
    }
}
