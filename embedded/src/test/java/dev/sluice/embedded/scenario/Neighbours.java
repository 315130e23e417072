package dev.sluice.embedded.scenario;

import dev.sluice.embedded.broker.EmbeddedBroker;
import dev.sluice.embedded.compose.ComposeFile;
import dev.sluice.embedded.registry.ApicurioServer;
import dev.sluice.embedded.registry.EmbeddedSchemaRegistry;
import dev.sluice.embedded.storage.S3Server;
import dev.sluice.embedded.trino.Java25;
import dev.sluice.error.SluiceException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * What the service's containers depend on, without containers: Kafka, Apicurio, Postgres and an S3 server on loopback,
 * with the users, databases, bucket and topics that the compose stack makes.
 */
final class Neighbours implements AutoCloseable {
    private static final String BUCKET = "warehouse";

    private final ComposeFile compose = ComposeFile.read();
    private final Map<String, String> secrets = ComposeFile.exampleEnvironment();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final EmbeddedBroker broker;
    private final EmbeddedPostgres postgres;
    private final URI registry;
    private final URI storage;

    private Neighbours(Path folder) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        Future<URI> registryStart = threads.submit(() -> registry(Files.createDirectories(folder.resolve("registry"))));
        Future<URI> storageStart = threads.submit(() -> storage(Files.createDirectories(folder.resolve("s3"))));
        Future<EmbeddedPostgres> postgresStart = threads.submit(this::postgres);
        threads.shutdown();
        try {
            // A killed instance is to be missed in seconds.
            broker = opened(
                    EmbeddedBroker.start(folder.resolve("kafka"), 0, Map.of("group.min.session.timeout.ms", "500")));
            createTopics();
            postgres = postgresStart.get();
            storage = storageStart.get();
            registry = registryStart.get();
        } catch (Exception | Error e) {
            threads.awaitTermination(1, TimeUnit.MINUTES);
            close();
            throw e;
        }
    }

    static Neighbours start(Path folder) throws Exception {
        return new Neighbours(folder);
    }

    /** An environment of the stack with the addresses of its services replaced by those here. */
    Map<String, String> here(Map<String, String> environment) {
        Map<String, String> moved = new TreeMap<>(environment);
        moved.replaceAll((name, value) -> value.replace("http://registry:8080/apis/ccompat/v7", registry.toString())
                .replace("http://storage:8333", storage.toString())
                .replace("postgres:5432", "127.0.0.1:" + postgres.getPort())
                .replace(compose.kafkaListener("INTERNAL"), broker.bootstrapServers()));
        return moved;
    }

    /** Apicurio, or the embedded registry where there is no Java that Apicurio runs on. */
    private URI registry(Path folder) throws Exception {
        try {
            Java25.find();
        } catch (SluiceException e) {
            return opened(EmbeddedSchemaRegistry.start(folder, 0)).uri();
        }
        return opened(ApicurioServer.start(folder)).confluentApi();
    }

    /** With the user that {@code storage/start.sh} writes, and the bucket of {@code storage-bucket}. */
    private URI storage(Path folder) throws Exception {
        String accessKey = secrets.get("S3_ACCESS_KEY");
        String secretKey = secrets.get("S3_SECRET_KEY");
        URI uri = opened(S3Server.start(folder, accessKey, secretKey)).uri();
        try (S3FileIO io = new S3FileIO()) {
            io.initialize(Map.of(
                    "s3.endpoint",
                    uri.toString(),
                    "s3.path-style-access",
                    "true",
                    "s3.access-key-id",
                    accessKey,
                    "s3.secret-access-key",
                    secretKey,
                    "client.region",
                    "us-east-1"));
            io.client().createBucket(request -> request.bucket(BUCKET));
        }
        return uri;
    }

    /** With the role and the database that {@code postgres/databases.sh} makes for the catalog. */
    private EmbeddedPostgres postgres() throws Exception {
        EmbeddedPostgres server = opened(EmbeddedPostgres.start());
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE catalog LOGIN PASSWORD '" + secrets.get("CATALOG_PASSWORD") + "'");
            statement.execute("CREATE DATABASE catalog OWNER catalog");
        }
        return server;
    }

    /** Those of the service {@code topics}. */
    private void createTopics() throws InterruptedException, ExecutionException {
        List<NewTopic> topics = compose.command("topics").stream()
                .map(topic -> topic.split(":"))
                .map(topic -> new NewTopic(topic[0], Integer.parseInt(topic[1]), (short) 1)
                        .configs(Map.of("retention.ms", "-1")))
                .toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(topics).all().get();
        }
    }

    private <T extends AutoCloseable> T opened(T server) {
        synchronized (open) {
            open.push(server);
        }
        return server;
    }

    @Override
    public void close() {
        synchronized (open) {
            while (!open.isEmpty()) {
                try {
                    open.pop().close();
                } catch (Exception e) {
                    throw new AssertionError("Cannot close a neighbour", e);
                }
            }
        }
    }
}
