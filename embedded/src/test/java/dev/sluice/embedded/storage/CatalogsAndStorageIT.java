package dev.sluice.embedded.storage;

import dev.sluice.embedded.catalog.EmbeddedCatalog;
import dev.sluice.sink.table.LocalFileIO;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** REST, JDBC on a real Postgres and Hadoop catalogs; local files and a real S3 server. */
class CatalogsAndStorageIT {
    @TempDir
    private static Path folder;

    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    /** A catalog in a database of its own, or the next one would find the tables of the one before. */
    private static Map<String, String> jdbc(String database, String warehouse, String io) {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            boolean there;
            try (ResultSet found =
                    statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + database + "'")) {
                there = found.next();
            }
            if (!there) {
                statement.execute("CREATE DATABASE " + database);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return Map.of(
                "type", "jdbc",
                "uri", "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + database,
                "jdbc.user", "postgres",
                "jdbc.password", "postgres",
                "jdbc.schema-version", "V1",
                "warehouse", warehouse,
                "io-impl", io);
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class RestOnLocalFiles implements StorageContract {
        private EmbeddedCatalog catalog;

        @BeforeAll
        void start() {
            catalog = EmbeddedCatalog.start(folder.resolve("rest.db"), folder.resolve("rest"), 0);
        }

        @AfterAll
        void stop() {
            catalog.close();
        }

        @Override
        public Map<String, String> properties() {
            return Map.of("type", "rest", "uri", catalog.uri());
        }

        @Override
        public String scheme() {
            return "file:";
        }
    }

    @Nested
    class HadoopOnLocalFiles implements StorageContract {
        @Override
        public Map<String, String> properties() {
            return Map.of(
                    "type",
                    "hadoop",
                    "warehouse",
                    folder.resolve("hadoop").toUri().toString());
        }

        @Override
        public String scheme() {
            return "file:";
        }
    }

    @Nested
    class JdbcOnPostgresAndLocalFiles implements StorageContract {
        @Override
        public Map<String, String> properties() {
            return jdbc("local", folder.resolve("jdbc").toUri().toString(), LocalFileIO.class.getName());
        }

        @Override
        public String scheme() {
            return "file:";
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class JdbcOnPostgresAndS3 implements StorageContract {
        private S3Server s3;
        private Map<String, String> properties;

        @BeforeAll
        void start() throws Exception {
            // The credentials come from the environment alone; the build sets them for this JVM.
            s3 = S3Server.start(folder, System.getenv("AWS_ACCESS_KEY_ID"), System.getenv("AWS_SECRET_ACCESS_KEY"));
            properties = Map.of(
                    "s3.endpoint", s3.uri().toString(),
                    "s3.path-style-access", "true",
                    "client.region", "us-east-1");
            try (S3FileIO io = new S3FileIO()) {
                io.initialize(properties);
                S3Client client = io.client();
                client.createBucket(request -> request.bucket("warehouse"));
            }
        }

        @AfterAll
        void stop() {
            s3.close();
        }

        @Override
        public Map<String, String> properties() {
            Map<String, String> all = new HashMap<>(jdbc("s3", "s3://warehouse", S3FileIO.class.getName()));
            all.putAll(properties);
            return all;
        }

        @Override
        public String scheme() {
            return "s3://warehouse/";
        }
    }
}
