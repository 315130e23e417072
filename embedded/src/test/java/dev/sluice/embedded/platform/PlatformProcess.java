package dev.sluice.embedded.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The platform in a JVM of its own, to be killed. */
final class PlatformProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Endpoints endpoints;

    private PlatformProcess(Process process, Endpoints endpoints) {
        this.process = process;
        this.endpoints = endpoints;
    }

    static PlatformProcess start(Path dataFolder) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PlatformMain.class.getName(),
                        dataFolder.toString())
                .inheritIO()
                .start();
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < deadline && !process.waitFor(20, TimeUnit.MILLISECONDS)) {
            Optional<Endpoints> endpoints = Endpoints.running(dataFolder);
            if (endpoints.isPresent()) {
                return new PlatformProcess(process, endpoints.get());
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("The platform did not start in a process of its own");
    }

    Endpoints endpoints() {
        return endpoints;
    }

    /** As {@code kill -9}. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** As {@code kill}: the process may close what it has. */
    int stop() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    @Override
    public void close() {
        kill();
    }
}
