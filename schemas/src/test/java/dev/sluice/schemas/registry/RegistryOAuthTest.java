package dev.sluice.schemas.registry;

import static dev.sluice.schemas.registry.FaultyRegistry.error;
import static dev.sluice.schemas.registry.FaultyRegistry.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tokens of the client credentials grant: fetched once, renewed in time, and never shown. */
class RegistryOAuthTest {
    private static final String SECRET = "cl1ent+s3cret=";

    private final ManualClock clock = new ManualClock();

    @Test
    void aTokenIsFetchedAsTheClientAndUsedForManyRequests() throws IOException {
        try (FaultyRegistry issuer = FaultyRegistry.answering(token("one", 3600));
                FaultyRegistry server = FaultyRegistry.answering(ok("[]"));
                HttpSchemaRegistry registry =
                        client(server, issuer, Map.of("bearer.auth.scope", "registry read:schemas"))) {
            registry.subjects();
            registry.subjects();

            assertThat(sent(server)).containsExactly("Bearer one", "Bearer one");
            assertThat(issuer.requests()).singleElement().satisfies(request -> {
                assertThat(request.method()).isEqualTo("POST");
                assertThat(request.type()).contains("application/x-www-form-urlencoded");
                assertThat(request.body()).isEqualTo("grant_type=client_credentials&scope=registry+read%3Aschemas");
                assertThat(request.authorization())
                        .contains("Basic "
                                + Base64.getEncoder()
                                        .encodeToString(("sluice:" + SECRET).getBytes(StandardCharsets.UTF_8)));
            });
        }
    }

    @Test
    void aTokenIsRenewedBeforeItExpires() throws IOException {
        try (FaultyRegistry issuer = FaultyRegistry.answering(token("one", 3600), token("two", 3600));
                FaultyRegistry server = FaultyRegistry.answering(ok("[]"));
                HttpSchemaRegistry registry = client(server, issuer, Map.of())) {
            registry.subjects();
            clock.advance(Duration.ofSeconds(3299));
            registry.subjects();
            clock.advance(Duration.ofSeconds(1));
            registry.subjects();

            assertThat(sent(server)).containsExactly("Bearer one", "Bearer one", "Bearer two");
        }
    }

    @Test
    void aTokenThatLivesForLessThanTheBufferIsUsedForHalfItsLife() throws IOException {
        try (FaultyRegistry issuer = FaultyRegistry.answering(token("one", 60), token("two", 60));
                FaultyRegistry server = FaultyRegistry.answering(ok("[]"));
                HttpSchemaRegistry registry = client(server, issuer, Map.of())) {
            registry.subjects();
            clock.advance(Duration.ofSeconds(29));
            registry.subjects();
            clock.advance(Duration.ofSeconds(1));
            registry.subjects();

            assertThat(sent(server)).containsExactly("Bearer one", "Bearer one", "Bearer two");
        }
    }

    @Test
    void aTokenThatTheRegistryRefusesIsFetchedAnewOnce() throws IOException {
        try (FaultyRegistry issuer = FaultyRegistry.answering(token("revoked", 3600), token("fresh", 3600));
                FaultyRegistry server = FaultyRegistry.answering(error(401, 40101, "no"), ok("[\"a\"]"));
                HttpSchemaRegistry registry = client(server, issuer, Map.of())) {
            assertThat(registry.subjects()).containsExactly("a");
            assertThat(sent(server)).containsExactly("Bearer revoked", "Bearer fresh");

            server.answer(error(401, 40101, "still no, said of fresh"));
            SluiceException failure = catchThrowableOfType(SluiceException.class, registry::subjects);

            assertThat(failure.code()).isEqualTo(ErrorCode.REGISTRY_REFUSED);
            assertThat(failure).hasMessageContaining("the token of client sluice from " + issuer.url());
            assertThat(failure).hasMessageContaining("said of ****");
            assertThat(server.requests()).hasSize(4);
        }
    }

    @Test
    void aRefusedClientIsAnErrorThatNamesTheSettingsAndKeepsTheSecretEvenIfTheEndpointEchoesIt() throws IOException {
        try (FaultyRegistry issuer = FaultyRegistry.answering(new FaultyRegistry.Body(
                        401,
                        "{\"error\":\"invalid_client " + SECRET + "\",\"error_description\":\"" + SECRET + "\"}"));
                FaultyRegistry server = FaultyRegistry.answering(ok("[]"));
                HttpSchemaRegistry registry = client(server, issuer, Map.of())) {
            SluiceException failure = catchThrowableOfType(SluiceException.class, registry::subjects);

            assertThat(failure.code()).isEqualTo(ErrorCode.REGISTRY_REFUSED);
            assertThat(failure)
                    .hasMessageContaining("client sluice was refused")
                    .hasMessageContaining("bearer.auth.client.secret")
                    .hasMessageContaining("HTTP 401 invalid_client ****");
            assertThat(printed(failure)).doesNotContain(SECRET);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void anEndpointThatIsAwayForAMomentIsAskedAgain() throws IOException {
        try (FaultyRegistry issuer =
                        FaultyRegistry.answering(new FaultyRegistry.Body(503, "down"), token("late", 3600));
                FaultyRegistry server = FaultyRegistry.answering(ok("[\"a\"]"));
                HttpSchemaRegistry registry =
                        client(server, issuer, Map.of("max.retries", "1", "retries.wait.ms", "1"))) {
            assertThat(registry.subjects()).containsExactly("a");

            issuer.answer(new FaultyRegistry.Body(503, "down"));
            clock.advance(Duration.ofDays(1));
            assertThatThrownBy(registry::subjects)
                    .isInstanceOfSatisfying(
                            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REGISTRY_UNAVAILABLE))
                    .hasMessageContaining("no token from " + issuer.url() + "/token, found HTTP 503");
        }
    }

    @Test
    void aTokenWithoutAnEndIsKeptUntilItIsRefused() throws IOException {
        try (FaultyRegistry issuer = FaultyRegistry.answering(ok("{\"access_token\":\"ever\"}"));
                FaultyRegistry server = FaultyRegistry.answering(ok("[]"));
                HttpSchemaRegistry registry = client(server, issuer, Map.of())) {
            registry.subjects();
            clock.advance(Duration.ofDays(365));
            registry.subjects();

            assertThat(issuer.requests()).hasSize(1);
        }
    }

    private HttpSchemaRegistry client(FaultyRegistry server, FaultyRegistry issuer, Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "schema.registry.url",
                server.url(),
                "bearer.auth.credentials.source",
                "OAUTHBEARER",
                "bearer.auth.issuer.endpoint.url",
                issuer.url() + "/token",
                "bearer.auth.client.id",
                "sluice",
                "bearer.auth.client.secret",
                SECRET,
                "max.retries",
                "0"));
        properties.putAll(more);
        return HttpSchemaRegistry.from(properties, clock);
    }

    private static FaultyRegistry.Body token(String text, int seconds) {
        return ok("{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d}".formatted(text, seconds));
    }

    private static List<String> sent(FaultyRegistry server) {
        return server.requests().stream()
                .map(request -> request.authorization().orElse("none"))
                .toList();
    }

    private static String printed(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
