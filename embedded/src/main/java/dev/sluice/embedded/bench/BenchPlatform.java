package dev.sluice.embedded.bench;

import dev.sluice.embedded.platform.Endpoints;
import dev.sluice.embedded.platform.PlatformMain;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Broker, registry and catalog in a process of their own, so that their CPU time is nobody's. */
final class BenchPlatform implements AutoCloseable {
    /** The secret of the hashed columns; the data is made up, so it protects nothing. */
    private static final String PII_KEY = "bench-key-of-32-characters-12345";

    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(20);

    private final ChildJvm process;
    private final Endpoints endpoints;

    private BenchPlatform(ChildJvm process, Endpoints endpoints) {
        this.process = process;
        this.endpoints = endpoints;
    }

    static BenchPlatform start(Path folder) {
        List<String> flags = List.of("-XX:+UseSerialGC", "-Xmx1g", "-Xshare:auto");
        ChildJvm process = ChildJvm.start(
                "platform",
                folder.resolveSibling("logs"),
                ChildJvm.ours(flags, PlatformMain.class, folder.toString()),
                Map.of());
        long start = System.nanoTime();
        try {
            while (true) {
                Optional<Endpoints> endpoints = Endpoints.running(folder);
                if (endpoints.isPresent()) {
                    return new BenchPlatform(process, endpoints.get());
                }
                process.requireAlive();
                if (System.nanoTime() - start > START_LIMIT.toNanos()) {
                    throw new SluiceException(
                            ErrorCode.PIECE_FAILED,
                            "Cannot start the platform: no answer within %d s, see %s"
                                    .formatted(START_LIMIT.toSeconds(), process.log()));
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    Endpoints endpoints() {
        return endpoints;
    }

    /** What {@code sluice.yaml} asks for. */
    Map<String, String> environment(Path serviceData) {
        return Map.of(
                "SLUICE_BOOTSTRAP_SERVERS", endpoints.bootstrapServers(),
                "SLUICE_REGISTRY_URL", endpoints.registryUrl(),
                "SLUICE_CATALOG_URI", endpoints.catalogUri(),
                "SLUICE_DATA", serviceData.toAbsolutePath().toString(),
                "SLUICE_PII_KEY", PII_KEY);
    }

    @Override
    public void close() {
        process.close();
    }
}
