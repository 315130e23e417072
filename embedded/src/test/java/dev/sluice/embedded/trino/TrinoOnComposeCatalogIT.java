package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.service.Catalogs;
import dev.sluice.embedded.compose.ComposeFile;
import dev.sluice.embedded.storage.S3Server;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.model.EngineSettings;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.model.trino.TrinoEngine;
import dev.sluice.sink.trino.TrinoClient;
import dev.sluice.sink.trino.TrinoCluster;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The compose stack's two views of its tables on a real Postgres and a real S3 server: the catalog of
 * {@code compose/sluice.yaml}, and in Trino that of {@code compose/trino/catalog}. Nothing but addresses and the keys
 * of the storage is another one.
 */
class TrinoOnComposeCatalogIT {
    private static final String CATALOG = "compose";

    @TempDir
    private static Path folder;

    private static EmbeddedPostgres postgres;
    private static S3Server s3;
    private static Catalogs catalogs;
    private static TrinoServer trino;
    private static TrinoCluster cluster;
    private static TrinoClient engineer;

    @BeforeAll
    static void start() throws Exception {
        TrinoFixture.assumeJava();
        // Iceberg's client takes the keys from the environment, as in the stack; the build sets them for this JVM.
        String accessKey = System.getenv("AWS_ACCESS_KEY_ID");
        String secretKey = System.getenv("AWS_SECRET_ACCESS_KEY");
        s3 = S3Server.start(folder, accessKey, secretKey);
        postgres = EmbeddedPostgres.start();
        Map<String, String> secrets = new TreeMap<>(ComposeFile.exampleEnvironment());
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE catalog LOGIN PASSWORD '" + secrets.get("CATALOG_PASSWORD") + "'");
            statement.execute("CREATE DATABASE catalog OWNER catalog");
        }
        Map<String, String> environment = ComposeFile.read().environment("committer");
        environment.replaceAll((name, value) -> here(value));
        catalogs = Catalogs.open(ConfigFile.load(ComposeFile.FOLDER.resolve("sluice.yaml"), environment)
                .catalog());
        try (S3FileIO io = new S3FileIO()) {
            io.initialize(Map.of(
                    "s3.endpoint", s3.uri().toString(), "s3.path-style-access", "true", "client.region", "us-east-1"));
            io.client().createBucket(request -> request.bucket("warehouse"));
        }
        secrets.put("S3_ACCESS_KEY", accessKey);
        secrets.put("S3_SECRET_KEY", secretKey);
        Path files = Files.createDirectories(folder.resolve("trino/etc/catalog"));
        Files.write(files.resolve(CATALOG + ".properties"), properties(secrets));
        trino = TrinoServer.start(
                new TrinoSettings(folder, TrinoCache.ready(), URI.create("http://127.0.0.1:1"), 0, Map.of()),
                System.out::println);
        cluster = TrinoCluster.of(
                trino.jdbcUrl().replaceFirst("/" + TrinoServer.CATALOG + "$", "/" + CATALOG), "engineer");
        engineer = TrinoClient.connect(cluster);
    }

    @AfterAll
    static void stop() throws Exception {
        if (engineer != null) {
            engineer.close();
        }
        if (trino != null) {
            trino.close();
        }
        if (catalogs != null) {
            catalogs.close();
        }
        if (postgres != null) {
            postgres.close();
        }
        if (s3 != null) {
            s3.close();
        }
    }

    private static String here(String value) {
        return value.replace("postgres:5432", "127.0.0.1:" + postgres.getPort())
                .replace("http://storage:8333", s3.uri().toString());
    }

    /** The file's lines, with what the stack's environment says in its places. */
    private static List<String> properties(Map<String, String> secrets) throws IOException {
        return Files.readAllLines(ComposeFile.FOLDER.resolve("trino/catalog/iceberg.properties")).stream()
                .map(line -> {
                    String changed = here(line);
                    for (Map.Entry<String, String> secret : secrets.entrySet()) {
                        changed = changed.replace("${ENV:" + secret.getKey() + "}", secret.getValue());
                    }
                    return changed;
                })
                .toList();
    }

    @Test
    void eachSeesWhatTheOtherWrites() throws Exception {
        SmallModels models = SmallModels.create(catalogs.catalog(), "stack", folder.resolve("models"), "", "");
        try (ModelEngine duck = new ModelEngine(
                        catalogs.catalog(),
                        new EngineSettings(folder.resolve("duck"), "256MB", 1, 3),
                        Clock.systemUTC());
                ModelEngine onTrino = new ModelEngine(
                        catalogs.catalog(),
                        new TrinoEngine(cluster, folder.resolve("trino"), Clock.systemUTC(), TableFaults.none()),
                        3,
                        Clock.systemUTC(),
                        TableFaults.none())) {
            models.land("a x 1 1", "b x 1 2");
            assertThat(duck.run(models.items()).kind()).isEqualTo(ModelRun.Kind.INCREMENT);
            models.land("a x 2 5");
            assertThat(duck.run(models.items()).counts().updated()).isEqualTo(1);
            assertThat(models.table("items").location()).startsWith("s3://warehouse/");
            assertThat(engineer.run("SELECT id, kind, version, amount FROM stack.items ORDER BY id")
                            .rows())
                    .containsExactly(List.of("a", "x", 2, 5L), List.of("b", "x", 1, 2L));

            models.land("b y 2 7", "c y 1 3");
            assertThat(onTrino.run(models.items()).kind()).isEqualTo(ModelRun.Kind.INCREMENT);

            assertThat(models.rows("items")).containsExactly("a x 2 5 1", "b y 2 7 2", "c y 1 3 3");
            models.land("c z 2 9");
            assertThat(duck.run(models.items()).counts().updated()).isEqualTo(1);
            assertThat(engineer.run("SELECT kind, amount FROM stack.items ORDER BY id")
                            .rows())
                    .containsExactly(List.of("x", 5L), List.of("y", 7L), List.of("z", 9L));
        }
    }
}
