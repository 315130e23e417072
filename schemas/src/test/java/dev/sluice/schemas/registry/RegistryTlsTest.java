package dev.sluice.schemas.registry;

import static dev.sluice.schemas.registry.FaultyRegistry.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path folder;

    @BeforeAll
    static void makeACertificate() throws Exception {
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-validity",
                "2");
        keytool("-exportcert", "-rfc", "-file", folder.resolve("trust.pem").toString());
    }

    @Test
    void aSelfSignedRegistryIsReachedThroughATrustStore() throws Exception {
        assertThat(subjects(Map.of(
                        "schema.registry.ssl.truststore.location",
                        store().toString(),
                        "schema.registry.ssl.truststore.password",
                        PASSWORD)))
                .containsExactly("orders-value");
    }

    @Test
    void aTrustStoreMayBeAPemFile() throws Exception {
        assertThat(subjects(Map.of(
                        "schema.registry.ssl.truststore.location",
                        folder.resolve("trust.pem").toString(),
                        "schema.registry.ssl.truststore.type",
                        "PEM")))
                .containsExactly("orders-value");
    }

    @Test
    void anUntrustedRegistryIsUnavailableWithTheReason() {
        assertThatThrownBy(() -> subjects(Map.of("max.retries", "0")))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REGISTRY_UNAVAILABLE))
                .hasMessageContaining("PKIX path building failed");
    }

    @Test
    void aStoreThatCannotBeOpenedNamesTheSettingAndTheFile() {
        assertThatThrownBy(() -> subjects(Map.of(
                        "schema.registry.ssl.truststore.location",
                        store().toString(),
                        "schema.registry.ssl.truststore.password",
                        "n0tTh1sOne")))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID))
                .hasMessageContaining("schema.registry.ssl.truststore.location")
                .hasMessageContaining(store().toString())
                .hasMessageNotContaining("n0tTh1sOne");
    }

    @Test
    void aRegistryThatAsksForACertificateGetsTheOneInTheKeyStore() throws Exception {
        SSLContext context = TlsContext.open(new TlsSettings(Optional.of(identity()), Optional.of(identity())));
        try (FaultyRegistry server = FaultyRegistry.withMutualTls(context, ok("[\"orders-value\"]"))) {
            Map<String, String> properties = new HashMap<>(Map.of(
                    "schema.registry.url",
                    server.url(),
                    "schema.registry.ssl.truststore.location",
                    store().toString(),
                    "schema.registry.ssl.truststore.password",
                    PASSWORD,
                    "max.retries",
                    "0"));
            try (HttpSchemaRegistry stranger = HttpSchemaRegistry.from(properties)) {
                assertThatThrownBy(stranger::subjects).isInstanceOf(SluiceException.class);
            }

            properties.put("schema.registry.ssl.keystore.location", store().toString());
            properties.put("schema.registry.ssl.keystore.password", PASSWORD);
            try (HttpSchemaRegistry known = HttpSchemaRegistry.from(properties)) {
                assertThat(known.subjects()).containsExactly("orders-value");
            }
        }
    }

    private static List<String> subjects(Map<String, String> more) throws Exception {
        SSLContext context = TlsContext.open(new TlsSettings(Optional.empty(), Optional.of(identity())));
        try (FaultyRegistry server = FaultyRegistry.withTls(context, ok("[\"orders-value\"]"))) {
            Map<String, String> properties = new HashMap<>(more);
            properties.put("schema.registry.url", server.url());
            try (HttpSchemaRegistry registry = HttpSchemaRegistry.from(properties)) {
                return registry.subjects();
            }
        }
    }

    private static TlsSettings.Store identity() {
        return new TlsSettings.Store(RegistryKey.KEY_STORE_LOCATION, store().toString(), "PKCS12", PASSWORD, PASSWORD);
    }

    private static Path store() {
        return folder.resolve("store.p12");
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-alias", "registry", "-keystore", store().toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }
}
