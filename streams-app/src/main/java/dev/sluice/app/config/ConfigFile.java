package dev.sluice.app.config;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.maintenance.Budget;
import dev.sluice.sink.trino.TrinoCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code sluice.yaml}. Unknown keys, missing environment variables and wrong values are errors that name file,
 * line and key.
 */
public final class ConfigFile {

    private static final String ONE_OF_EACH = """
            kafka: {bootstrap.servers: "localhost:9092"}
            sources:
              - name: one
                pii: [{column: a, rule: redact}]
                checks: [{column: a, not_null: true}]
            """;

    private final String file;
    private final Path folder;
    private final Map<String, String> environment;

    private ConfigFile(String file, Path folder, Map<String, String> environment) {
        this.file = file;
        this.folder = folder;
        this.environment = Map.copyOf(environment);
    }

    /**
     * Reads a file; relative folders in it are relative to the file's own folder.
     *
     * @throws SluiceException {@code CONFIG_INVALID}
     */
    public static SluiceConfig load(Path path, Map<String, String> environment) {
        String name = path.getFileName() == null
                ? path.toString()
                : path.getFileName().toString();
        Path parent = path.getParent();
        try {
            return new ConfigFile(name, parent == null ? Path.of("") : parent, environment)
                    .read(Files.readString(path));
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot read configuration " + path + ": expected a readable file, found "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    /**
     * Reads text as if it were a file of that name in the current folder.
     *
     * @throws SluiceException {@code CONFIG_INVALID}
     */
    public static SluiceConfig parse(String name, String text, Map<String, String> environment) {
        return new ConfigFile(name, Path.of(""), environment).read(text);
    }

    /**
     * Every key that a file may hold, in the order of reading, lists by their first element, for example
     * {@code sources[0].table}. What stands under the keys that are passed on is not ours to list.
     */
    public static Set<String> keys() {
        Set<String> asked = new LinkedHashSet<>();
        new ConfigFile("keys", Path.of(""), Map.of()).read(ONE_OF_EACH, asked);
        return asked;
    }

    private SluiceConfig read(String text) {
        return read(text, new HashSet<>());
    }

    private SluiceConfig read(String text, Set<String> asked) {
        Section root =
                new Section(file, "", new YamlReader(file).read(text), new References(environment, folder), asked);
        String name = root.text("name", "orders-pipeline");
        Path data = folder.resolve(root.text("data", ".sluice"));
        String instance = root.text("instance", "");
        Map<String, String> kafka = root.properties("kafka");
        Map<String, String> streams = root.properties("streams");
        Map<String, String> registry = root.properties("registry");
        CatalogConfig catalog = catalog(root.section("catalog"));
        IngestConfig ingest = ingest(root.section("ingest"));
        CommitConfig commit = commit(root.section("commit"));
        EngineConfig engine = engine(root.section("engine"));
        MaintenanceConfig maintenance = maintenance(root.section("maintenance"));
        Optional<TrinoCluster> trino = trino(root.section("trino"));
        HttpConfig http = http(root.section("http"));
        Path models = folder.resolve(root.text("models", "models"));
        List<SourceConfig> sources =
                root.sections("sources").stream().map(SourceReader::read).toList();
        return root.build(() -> new SluiceConfig(
                name,
                data,
                instance.isBlank() ? defaultInstance(data) : instance,
                kafka,
                streams,
                registry,
                catalog,
                ingest,
                commit,
                engine,
                maintenance,
                trino,
                http,
                models,
                sources));
    }

    private static CatalogConfig catalog(Section section) {
        String name = section.text("name", "sluice");
        Map<String, String> properties = section.properties("properties");
        return section.build(() -> new CatalogConfig(name, properties));
    }

    private static IngestConfig ingest(Section section) {
        Duration microBatch = section.value("micro-batch", Duration.ofSeconds(2), DurationText::parse);
        long targetFileSize = section.value("target-file-size", 128L << 20, ByteSize::parse);
        int threads = section.integer("threads", 1);
        GroupProtocol protocol = SourceReader.choice(section, "protocol", GroupProtocol.CLASSIC);
        Duration giveUpAfter = giveUpAfter(section);
        return section.build(() -> new IngestConfig(microBatch, targetFileSize, threads, protocol, giveUpAfter));
    }

    private static CommitConfig commit(Section section) {
        Duration interval = section.value("interval", Duration.ofSeconds(2), DurationText::parse);
        int maxBatches = section.integer("max-batches", 1000);
        Duration giveUpAfter = giveUpAfter(section);
        return section.build(() -> new CommitConfig(interval, maxBatches, giveUpAfter));
    }

    private static Duration giveUpAfter(Section section) {
        return section.value("give-up-after", Duration.ofMinutes(10), DurationText::parse);
    }

    private static MaintenanceConfig maintenance(Section section) {
        Budget standard = Budget.STANDARD;
        boolean enabled = section.value("enabled", true, ConfigFile::flag);
        Duration interval = section.value("interval", Duration.ofMinutes(1), DurationText::parse);
        long targetFileSize = section.value("target-file-size", standard.targetFileBytes(), ByteSize::parse);
        int maxSmallFiles = section.integer("max-small-files", standard.maxSmallFiles());
        double deletedRowRatio = section.value("deleted-row-ratio", standard.deletedRowRatio(), Double::parseDouble);
        int maxManifests = section.integer("max-manifests", standard.maxManifests());
        Duration snapshotAge = section.value("snapshot-age", standard.snapshotAge(), DurationText::parse);
        int minSnapshots = section.integer("min-snapshots", standard.minSnapshots());
        Duration orphanAge = section.value("orphan-age", standard.orphanAge(), DurationText::parse);
        long roundSize = section.value("round-size", standard.bytesPerRound(), ByteSize::parse);
        return section.build(() -> new MaintenanceConfig(
                enabled,
                interval,
                new Budget(
                        targetFileSize,
                        maxSmallFiles,
                        deletedRowRatio,
                        maxManifests,
                        snapshotAge,
                        minSnapshots,
                        orphanAge,
                        roundSize)));
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("expected true or false, found " + text);
        };
    }

    private static HttpConfig http(Section section) {
        String bind = section.text("bind", HttpConfig.OFF.bind());
        int port = section.integer("port", HttpConfig.OFF.port());
        return section.build(() -> new HttpConfig(bind, port));
    }

    private static EngineConfig engine(Section section) {
        EngineConfig.Type type = SourceReader.choice(section, "type", EngineConfig.Type.DUCKDB);
        long memory = section.value("memory", 1L << 30, ByteSize::parse);
        int threads = section.integer("threads", 2);
        return section.build(() -> new EngineConfig(type, memory, threads));
    }

    private static Optional<TrinoCluster> trino(Section section) {
        String url = section.text("url", "");
        String user = section.text("user", "sluice");
        Map<String, String> properties = section.properties("properties");
        return section.build(
                () -> url.isBlank() ? Optional.empty() : Optional.of(new TrinoCluster(url, user, properties)));
    }

    /**
     * Host name and a digest of the data folder: stays over restarts, and differs between two processes of a host,
     * which never share a data folder.
     */
    private static String defaultInstance(Path data) {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "host";
        }
        String folder =
                Integer.toHexString(data.toAbsolutePath().normalize().toString().hashCode());
        String safe = host.replaceAll("[^A-Za-z0-9._-]", "-");
        return safe.substring(0, Math.min(60, safe.length())) + "-" + folder;
    }
}
