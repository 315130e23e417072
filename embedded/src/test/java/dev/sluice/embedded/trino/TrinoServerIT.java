package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.EnvironmentFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a server comes up and goes away. No catalog answers here, and Trino starts all the same. */
class TrinoServerIT {
    private static final URI NO_CATALOG = URI.create("http://127.0.0.1:1");

    @BeforeAll
    static void needsJava() {
        TrinoFixture.assumeJava();
    }

    @Test
    void makesTheStartUpCacheThenUsesItAndEndsWithItsParentEvenWhenThatIsKilled(@TempDir Path data) throws Exception {
        TrinoSettings settings = new TrinoSettings(data, TrinoCache.ready(), NO_CATALOG, 0, Map.of());
        Supplier<TrinoServer> start = () -> TrinoServer.start(settings, System.out::println);
        long first = System.nanoTime();
        try (TrinoServer server = start.get()) {
            report("first start", first);
            assertThat(announced(data)).containsEntry(TrinoEndpointFile.VARIABLE, server.jdbcUrl());
            assertThat(server.running()).isTrue();
        }
        assertThat(announced(data)).isEmpty();
        Path cache = startUpCache();
        assertThat(cache).isNotEmptyFile();

        long second = System.nanoTime();
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TrinoParent.class.getName(),
                        data.toString(),
                        TrinoCache.ready().toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = parent.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.startsWith(TrinoParent.READY)) {
                line = lines.readLine();
            }
            assertThat(line).as("what the parent said last").isNotNull();
            report("second start, from the cache", second);
            ProcessHandle trino = ProcessHandle.of(Long.parseLong(line.substring(TrinoParent.READY.length())))
                    .orElseThrow();

            assertUses(cache, trino);

            parent.destroyForcibly();

            assertThat(trino.onExit().get(60, TimeUnit.SECONDS).isAlive()).isFalse();
        } finally {
            parent.descendants().forEach(ProcessHandle::destroyForcibly);
            parent.destroyForcibly();
        }
    }

    private static Path startUpCache() throws IOException {
        try (Stream<Path> files = Files.list(TrinoCache.ready().resolve("aot").toAbsolutePath())) {
            return files.filter(file -> file.toString().endsWith(".aot"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** A JVM ignores a cache that does not fit, and maps one that does; only Linux says what is mapped. */
    private static void assertUses(Path cache, ProcessHandle trino) throws IOException {
        Path maps = Path.of("/proc", Long.toString(trino.pid()), "maps");
        if (Files.exists(maps)) {
            assertThat(maps).content().contains(cache.toString());
        }
    }

    private static Map<String, String> announced(Path data) {
        return EnvironmentFile.read(data.resolve(ConfigOption.TRINO));
    }

    private static void report(String what, long since) {
        System.out.printf(
                "%s: ready after %.1f s%n",
                what, Duration.ofNanos(System.nanoTime() - since).toMillis() / 1000.0);
    }
}
