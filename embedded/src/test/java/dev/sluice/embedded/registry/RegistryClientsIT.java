package dev.sluice.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.ConfluentSchemaRegistry;
import dev.sluice.schemas.registry.ContractCheck;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Our client and Confluent's, each on our server and on Apicurio's. */
class RegistryClientsIT {
    private static final String NOBODY = "http://127.0.0.1:1";

    @TempDir
    private static Path folder;

    private static OfficialClasses official;
    private static EmbeddedSchemaRegistry embedded;

    @BeforeAll
    static void start() throws Exception {
        official = OfficialClasses.load();
        embedded = EmbeddedSchemaRegistry.start(folder.resolve("registry"), 0);
    }

    @AfterAll
    static void stop() {
        embedded.close();
        official.close();
    }

    private static SchemaRegistry ours(String url) {
        return SchemaRegistry.from(Map.of("schema.registry.url", url, "max.retries", "0"));
    }

    private static SchemaRegistry confluents(String url) {
        return ConfluentSchemaRegistry.from(
                Map.of("schema.registry.client", "confluent", "schema.registry.url", url, "max.retries", "0"),
                official.behindOurs());
    }

    @Nested
    class OursOnOurs implements SchemaRegistryContract {
        private final SchemaRegistry client = another();

        @Override
        public SchemaRegistry client() {
            return client;
        }

        @Override
        public SchemaRegistry another() {
            return ours(embedded.uri().toString());
        }

        @Override
        public SchemaRegistry ofNobody() {
            return ours(NOBODY);
        }
    }

    @Nested
    class ConfluentsOnOurs implements SchemaRegistryContract {
        private final SchemaRegistry client = another();

        @Override
        public SchemaRegistry client() {
            return client;
        }

        @Override
        public SchemaRegistry another() {
            return confluents(embedded.uri().toString());
        }

        @Override
        public SchemaRegistry ofNobody() {
            return confluents(NOBODY);
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class OnApicurio {
        private ApicurioServer apicurio;

        @BeforeAll
        void start() throws Exception {
            apicurio = ApicurioServer.start(folder);
        }

        @AfterAll
        void stop() {
            if (apicurio != null) {
                apicurio.close();
            }
        }

        @Test
        void aRefusalHasAReasonThoughTheServerGivesNone() {
            try (SchemaRegistry client = ours(apicurio.confluentApi().toString())) {
                client.register("reasons-value", SchemaRegistryContract.ONE);
                client.setCompatibility("reasons-value", "BACKWARD");

                ContractCheck check = ContractCheck.of(client, "reasons-value", SchemaRegistryContract.OTHER);

                assertThat(check.verdict()).isEqualTo(ContractCheck.Verdict.INCOMPATIBLE);
                assertThat(check.reasons()).singleElement().asString().contains("TYPE_MISMATCH at /fields/0/type");
            }
        }

        @Nested
        class Ours implements SchemaRegistryContract {
            private final SchemaRegistry client = another();

            @Override
            public SchemaRegistry client() {
                return client;
            }

            @Override
            public SchemaRegistry another() {
                return ours(apicurio.confluentApi().toString());
            }

            @Override
            public SchemaRegistry ofNobody() {
                return ours(NOBODY);
            }
        }

        @Nested
        class Confluents implements SchemaRegistryContract {
            private final SchemaRegistry client = another();

            @Override
            public SchemaRegistry client() {
                return client;
            }

            @Override
            public SchemaRegistry another() {
                return confluents(apicurio.confluentApi().toString());
            }

            @Override
            public SchemaRegistry ofNobody() {
                return confluents(NOBODY);
            }
        }
    }

    @Test
    void ourServerTellsConfluentsClientWhyASchemaIsRefused() {
        try (SchemaRegistry client = confluents(embedded.uri().toString())) {
            client.register("reasons-value", SchemaRegistryContract.ONE);

            assertThat(client.check("reasons-value", SchemaRegistryContract.OTHER)
                            .messages())
                    .isNotEmpty();
        }
    }

    @Test
    void withoutConfluentsClassesTheMessageSaysWhereToPutThem() {
        Map<String, String> properties = new HashMap<>();
        properties.put("schema.registry.client", "confluent");
        properties.put("schema.registry.url", NOBODY);

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> SchemaRegistry.from(properties))
                .withMessageContaining("schema.registry.client")
                .withMessageContaining("SLUICE_CLASSPATH")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID));

        properties.put("schema.registry.client", "mine");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> SchemaRegistry.from(properties))
                .withMessageContaining("expected sluice or confluent, found mine");
    }

    @Test
    void aRefusedPasswordIsNotShown() {
        Map<String, String> properties = Map.of(
                "schema.registry.url", "http://sluice:hunter22@127.0.0.1:1",
                "basic.auth.credentials.source", "URL",
                "max.retries", "0");
        try (SchemaRegistry client = ConfluentSchemaRegistry.from(properties, official.behindOurs())) {
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> client.byId(1))
                    .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("hunter22"));
        }
    }
}
