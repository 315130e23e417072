package dev.sluice.schemas.registry;

import static dev.sluice.schemas.registry.FaultyRegistry.error;
import static dev.sluice.schemas.registry.FaultyRegistry.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegistryCredentialsTest {
    private static final String SECRET = "s3cr:et@x";
    /** {@code alice:s3cr:et@x} in base 64. */
    private static final String BASIC = "Basic YWxpY2U6czNjcjpldEB4";

    @Test
    void userInfoIsSentAsBasicAuthentication() throws IOException {
        assertThat(sent(
                        "http://",
                        Map.of(
                                "basic.auth.credentials.source",
                                "USER_INFO",
                                "basic.auth.user.info",
                                "alice:" + SECRET)))
                .isEqualTo(BASIC);
    }

    @Test
    void userInfoInTheAddressIsDecodedAndSent() throws IOException {
        assertThat(sent("http://alice:s3cr%3Aet%40x@", Map.of())).isEqualTo(BASIC);
        assertThat(sent("http://alice:s3cr%3Aet%40x@", Map.of("basic.auth.credentials.source", "URL")))
                .isEqualTo(BASIC);
    }

    @Test
    void aTokenIsSentAsBearerAuthentication() throws IOException {
        assertThat(sent("http://", Map.of("bearer.auth.token", "tok3n"))).isEqualTo("Bearer tok3n");
        assertThat(sent(
                        "http://",
                        Map.of("bearer.auth.credentials.source", "STATIC_TOKEN", "bearer.auth.token", "tok3n")))
                .isEqualTo("Bearer tok3n");
    }

    @Test
    void refusedCredentialsSayWhoseAndNeverWhatEvenIfTheServerEchoesThem() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(error(401, 40101, "bad password " + SECRET));
                HttpSchemaRegistry registry = HttpSchemaRegistry.from(Map.of(
                        "schema.registry.url", server.url().replace("http://", "http://alice:s3cr%3Aet%40x@")))) {
            SluiceException failure = catchThrowableOfType(SluiceException.class, () -> registry.byId(1));

            assertThat(failure.code()).isEqualTo(ErrorCode.REGISTRY_REFUSED);
            assertThat(failure)
                    .hasMessageContaining("the basic credentials of user alice")
                    .hasMessageContaining(server.url() + "/schemas/ids/1")
                    .hasMessageContaining("bad password ****");
            assertThat(printed(failure)).doesNotContain(SECRET).doesNotContain("s3cr%3A");
        }
    }

    @Test
    void failuresOfEveryKindKeepTheSecret() {
        String hidden = "hUnt3r";
        for (Map<String, String> properties : java.util.List.of(
                Map.of("schema.registry.url", "http://bob:" + hidden + "^ @localhost:1"),
                Map.of("schema.registry.url", "ftp://bob:" + hidden + "@localhost:1"),
                Map.of("schema.registry.url", "http://bob:" + hidden + "@localhost:1"),
                Map.of("schema.registry.url", "http://localhost:1", "basic.auth.user.info", hidden),
                Map.of("schema.registry.url", "http://localhost:1", "bearer.auth.token", hidden + "\n"),
                Map.of(
                        "schema.registry.url",
                        "http://localhost:1",
                        "schema.registry.ssl.truststore.location",
                        "missing.p12",
                        "schema.registry.ssl.truststore.password",
                        hidden),
                Map.of(
                        "schema.registry.url",
                        "http://localhost:1",
                        "basic.auth.credentials.source",
                        "URL",
                        "basic.auth.user.info",
                        "bob:" + hidden))) {
            SluiceException failure = catchThrowableOfType(SluiceException.class, () -> {
                Map<String, String> quick = new HashMap<>(properties);
                quick.put("max.retries", "0");
                HttpSchemaRegistry.from(quick).byId(1);
            });

            assertThat(printed(failure)).doesNotContain(hidden);
        }
    }

    @Test
    void settingsDoNotShowTheSecretWhenPrinted() {
        RegistrySettings settings = RegistrySettings.read(
                Map.of(
                        "schema.registry.url",
                        "http://localhost:1",
                        "basic.auth.user.info",
                        "bob:hUnt3r",
                        "schema.registry.ssl.truststore.location",
                        "trust.p12",
                        "schema.registry.ssl.truststore.password",
                        "hUnt3r"),
                new ManualClock());

        assertThat(settings.toString()).contains("bob").doesNotContain("hUnt3r");
    }

    private static String sent(String start, Map<String, String> more) throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(ok("[]"))) {
            Map<String, String> properties = new HashMap<>(more);
            properties.put("schema.registry.url", server.url().replace("http://", start));
            try (HttpSchemaRegistry registry = HttpSchemaRegistry.from(properties)) {
                registry.subjects();
            }
            return server.requests().get(0).authorization().orElseThrow();
        }
    }

    private static String printed(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
