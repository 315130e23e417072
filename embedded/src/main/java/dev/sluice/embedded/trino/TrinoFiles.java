package dev.sluice.embedded.trino;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The configuration files of a single-node Trino. */
record TrinoFiles(TrinoSettings settings, TrinoDistribution distribution, int port) {
    private static final String RULES = "access-rules.json";

    /** Writes them, and answers the main one. */
    Path write() throws IOException {
        Path etc = Files.createDirectories(settings.home().resolve("etc"));
        Path catalogs = Files.createDirectories(etc.resolve("catalog"));
        Files.createDirectories(settings.logs());
        Files.write(catalogs.resolve("iceberg.properties"), catalog());
        Path rules = etc.resolve(RULES);
        try (InputStream in = Objects.requireNonNull(TrinoFiles.class.getResourceAsStream(RULES), RULES)) {
            Files.copy(in, rules, StandardCopyOption.REPLACE_EXISTING);
        }
        Path access = etc.resolve("access-control.properties");
        Files.write(access, List.of("access-control.name=file", "security.config-file=" + rules));
        Path config = etc.resolve("config.properties");
        List<String> lines = new ArrayList<>(server(catalogs, access));
        settings.more().forEach((key, value) -> lines.add(key + "=" + value));
        Files.write(config, lines);
        return config;
    }

    private List<String> server(Path catalogs, Path access) {
        return List.of(
                "coordinator=true",
                "node-scheduler.include-coordinator=true",
                "node.environment=sluice",
                "node.id=sluice",
                "node.bind-ip=127.0.0.1",
                "node.internal-address=127.0.0.1",
                "http-server.http.port=" + port,
                "discovery.uri=http://127.0.0.1:" + port,
                "plugin.dir=" + distribution.plugins(),
                "catalog.config-dir=" + catalogs,
                "access-control.config-files=" + access,
                "query.max-memory=400MB",
                "query.max-memory-per-node=400MB",
                "memory.heap-headroom-per-node=200MB",
                "task.concurrency=2",
                "log.path=" + settings.logs().resolve("trino.log"),
                "log.max-size=16MB",
                "log.max-total-size=64MB",
                "log.enable-console=false");
    }

    private List<String> catalog() {
        return List.of(
                "connector.name=iceberg",
                "iceberg.catalog.type=rest",
                "iceberg.rest-catalog.uri=" + settings.catalog(),
                "fs.native-local.enabled=true",
                "local.location=/");
    }
}
