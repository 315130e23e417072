package dev.sluice.embedded.e2e;

import dev.sluice.embedded.broker.EmbeddedBroker;
import dev.sluice.embedded.catalog.EmbeddedCatalog;
import dev.sluice.embedded.registry.EmbeddedSchemaRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/** Broker, registry and catalog that talk TLS only, and only to those who say who they are. */
final class SecuredPlatform implements AutoCloseable {
    static final String USER = "sluice";
    private static final String LISTENER = "listener.name.client.";
    private static final String BROKER_PASSWORD = "the broker's own";

    private final Path folder;
    private final TestCertificate certificate;
    private final EmbeddedBroker broker;
    private final EmbeddedSchemaRegistry plainRegistry;
    private final EmbeddedCatalog plainCatalog;
    private final GuardedServer registry;
    private final GuardedServer catalog;

    SecuredPlatform(Path folder) {
        this.folder = folder;
        this.certificate = new TestCertificate(folder, "of the key store");
        this.broker = EmbeddedBroker.start(folder.resolve("kafka"), 0, brokerSettings());
        addKafkaUser();
        this.plainRegistry = EmbeddedSchemaRegistry.start(folder.resolve("registry"), 0);
        this.plainCatalog = EmbeddedCatalog.start(folder.resolve("catalog.db"), folder.resolve("warehouse"), 0);
        this.registry =
                new GuardedServer(plainRegistry.uri().toString(), certificate.context(), USER, PlantedSecrets.REGISTRY);
        this.catalog = new GuardedServer(plainCatalog.uri(), certificate.context(), USER, PlantedSecrets.CATALOG);
    }

    TestCertificate certificate() {
        return certificate;
    }

    GuardedServer registry() {
        return registry;
    }

    GuardedServer catalog() {
        return catalog;
    }

    /** The catalog without TLS and lock, to look at the tables. */
    Map<String, String> plainCatalog() {
        return plainCatalog.clientProperties();
    }

    /** The shipped pipeline with all that this platform asks for; secrets are variables, the registry's is a file. */
    Path config(String name) {
        String shipped = read(Pipeline.SHIPPED);
        String text = shipped.replace("micro-batch: 2s", "micro-batch: 300ms")
                .replace("interval: 2s", "interval: 300ms")
                .replace("models: models", "models: " + Pipeline.SHIPPED.resolveSibling("models"))
                .replace("contract: schemas", "contract: " + Pipeline.SHIPPED.resolveSibling("schemas"))
                .replace("  bootstrap.servers: ${SLUICE_BOOTSTRAP_SERVERS:-localhost:9092}\n", """
                          bootstrap.servers: %s
                          security.protocol: SASL_SSL
                          ssl.truststore.type: PEM
                          ssl.truststore.location: %s
                          sasl.mechanism: SCRAM-SHA-512
                          sasl.jaas.config: >-
                            org.apache.kafka.common.security.scram.ScramLoginModule required
                            username="sluice" password="${KAFKA_PASSWORD}";
                        """.formatted(
                                broker.bootstrapServers(), certificate.pem()))
                .replace("  schema.registry.url: ${SLUICE_REGISTRY_URL:-http://localhost:8081}\n", """
                          schema.registry.url: %s
                          schema.registry.ssl.truststore.type: PEM
                          schema.registry.ssl.truststore.location: %s
                          bearer.auth.credentials.source: OAUTHBEARER
                          bearer.auth.issuer.endpoint.url: %s
                          bearer.auth.client.id: sluice
                          bearer.auth.client.secret: ${file:registry-secret}
                          bearer.auth.scope: registry
                        """.formatted(
                                registry.uri(), certificate.pem(), registry.tokenEndpoint()))
                .replace("    uri: ${SLUICE_CATALOG_URI:-http://localhost:8181}\n", """
                            uri: %s
                            rest.auth.type: oauth2
                            oauth2-server-uri: %s
                            credential: sluice:${CATALOG_SECRET}
                            scope: catalog
                        """.formatted(
                                catalog.uri(), catalog.tokenEndpoint()))
                .replace("  user: engineer\n", """
                          user: engineer
                          properties: {SSL: "true", SSLVerification: NONE, password: "${TRINO_PASSWORD}"}
                        """);
        return write(name, text);
    }

    /** A file beside the others. */
    Path write(String name, String text) {
        try {
            Files.writeString(folder.resolve("registry-secret"), PlantedSecrets.REGISTRY + "\n");
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the configuration takes from the environment. */
    Map<String, String> environment(Path data, int httpPort) {
        return new HashMap<>(Map.of(
                "KAFKA_PASSWORD", PlantedSecrets.KAFKA,
                "CATALOG_SECRET", PlantedSecrets.CATALOG,
                "SLUICE_PII_KEY", PlantedSecrets.PII_KEY,
                "TRINO_PASSWORD", PlantedSecrets.TRINO,
                "SLUICE_TRINO_URL", "jdbc:trino://127.0.0.1:1/iceberg",
                "SLUICE_DATA", data.toString(),
                "SLUICE_HTTP_PORT", Integer.toString(httpPort)));
    }

    /** SCRAM for the service; its users live in the cluster, so the broker and the first admin come in by PLAIN. */
    private Map<String, String> brokerSettings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("listener.security.protocol.map", "CLIENT:SASL_SSL,CONTROLLER:PLAINTEXT");
        settings.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
        settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        settings.put(LISTENER + "plain.sasl.jaas.config", plain() + " user_broker=\"" + BROKER_PASSWORD + "\";");
        settings.put(
                LISTENER + "scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        settings.put("ssl.keystore.type", "PKCS12");
        settings.put("ssl.keystore.location", certificate.keyStore().toString());
        settings.put("ssl.keystore.password", certificate.password());
        settings.put("ssl.key.password", certificate.password());
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.location", certificate.pem().toString());
        return settings;
    }

    private static String plain() {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"broker\" password=\""
                + BROKER_PASSWORD + "\"";
    }

    private void addKafkaUser() {
        Map<String, Object> asBroker = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "security.protocol",
                "SASL_SSL",
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                certificate.pem().toString(),
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                plain() + ";");
        try (Admin admin = Admin.create(asBroker)) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            USER, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PlantedSecrets.KAFKA)))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        registry.close();
        catalog.close();
        plainCatalog.close();
        plainRegistry.close();
        broker.close();
    }
}
