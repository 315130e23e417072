package dev.sluice.sink.duck;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes what a process that was killed could not: DuckDB's unpacked library (72 MB each), folders of runs. */
public final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
    private static final Duration UNPACKING = Duration.ofMinutes(10);

    private Leftovers() {}

    /**
     * Deletes copies of DuckDB's library that are older than ten minutes. A copy that a process still uses may go as
     * well: the process has it in memory, and only its name goes. Returns how many were deleted.
     *
     * @param folder where the driver unpacks, the JVM's temporary folder
     */
    public static int libraries(Path folder, Instant now) {
        int deleted = 0;
        try (DirectoryStream<Path> copies = Files.newDirectoryStream(folder, "libduckdb_java*")) {
            for (Path copy : copies) {
                Instant written = Files.getLastModifiedTime(copy).toInstant();
                if (written.plus(UNPACKING).isBefore(now) && delete(copy)) {
                    deleted++;
                }
            }
        } catch (IOException e) {
            LOG.debug("Cannot look for leftovers: folder={}", folder, e);
        }
        return deleted;
    }

    /** Deletes everything in a folder that only the calling process uses. */
    public static void contents(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> paths = walk.filter(path -> !path.equals(folder))
                    .sorted(Comparator.reverseOrder())
                    .toList();
            paths.forEach(Leftovers::delete);
        } catch (IOException e) {
            LOG.debug("Cannot look for leftovers: folder={}", folder, e);
        }
    }

    private static boolean delete(Path path) {
        try {
            return Files.deleteIfExists(path);
        } catch (IOException e) {
            // Somebody else's, or open on a system that keeps open files.
            LOG.debug("Left a leftover: file={}", path, e);
            return false;
        }
    }
}
