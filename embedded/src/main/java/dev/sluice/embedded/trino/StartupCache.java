package dev.sluice.embedded.trino;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * The JVM's ahead-of-time cache (JEP 514) of a server's classes: recorded when the first run ends, used by every later
 * one. It belongs to one Java and one class path, so both are in its name.
 *
 * @param file the cache, there or not
 * @param recorded whether it is there
 */
record StartupCache(Path file, boolean recorded) {

    /**
     * The cache of this Java and class path; caches of others, and what was left of a recording cut short, are deleted.
     */
    static StartupCache in(Path folder, Java25 java, List<Path> classPath) throws IOException {
        Files.createDirectories(folder);
        CRC32 checksum = new CRC32();
        checksum.update(classPath.stream()
                .map(Path::toString)
                .collect(Collectors.joining("\n", java.home() + "\n", ""))
                .getBytes(StandardCharsets.UTF_8));
        Path file = folder.resolve("java-%s-%08x.aot".formatted(java.version(), checksum.getValue()));
        try (DirectoryStream<Path> others = Files.newDirectoryStream(folder)) {
            for (Path other : others) {
                if (!other.equals(file)) {
                    Files.delete(other);
                }
            }
        }
        return new StartupCache(file, Files.exists(file));
    }

    /** The JVM flag that records or uses it. The JVM ignores a cache that does not fit, with a line in its log. */
    String flag() {
        return recorded ? "-XX:AOTCache=" + file : "-XX:AOTCacheOutput=" + recording();
    }

    /**
     * Makes what an ended run has recorded the cache of later runs. A recording that was cut short must not come here.
     */
    void publish() throws IOException {
        if (!recorded && Files.exists(recording()) && Files.size(recording()) > 0) {
            Files.move(recording(), file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private Path recording() {
        return file.resolveSibling(file.getFileName() + ".recording");
    }
}
