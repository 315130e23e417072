package dev.sluice.schemas.registry;

import static dev.sluice.schemas.registry.FaultyRegistry.error;
import static dev.sluice.schemas.registry.FaultyRegistry.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class HttpSchemaRegistryTest {
    private static final FaultyRegistry.Body STRING = ok("{\"schema\":\"\\\"string\\\"\"}");
    private static final FaultyRegistry.Body UNKNOWN = error(404, 40403, "Schema not found");
    private static final Schema LONG = Schema.create(Schema.Type.LONG);

    private final ManualClock clock = new ManualClock();
    private final List<Duration> waits = new ArrayList<>();

    @Test
    void aSchemaIsFetchedOnceAndThenServedFromMemory() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(STRING);
                HttpSchemaRegistry registry = client(server.url())) {
            assertThat(registry.byId(7)).isEqualTo(Schema.create(Schema.Type.STRING));
            clock.advance(Duration.ofDays(365));
            assertThat(registry.byId(7)).isSameAs(registry.byId(7));

            assertThat(server.requests()).hasSize(1).first().satisfies(request -> {
                assertThat(request.method()).isEqualTo("GET");
                assertThat(request.uri()).isEqualTo("/schemas/ids/7");
                assertThat(request.authorization()).isEmpty();
            });
        }
    }

    @Test
    void fiveHundredAnd429AreTriedAgainAfterGrowingWaits() throws IOException {
        try (FaultyRegistry server =
                        FaultyRegistry.answering(error(500, 50001, "store"), error(429, 429, "slow down"), STRING);
                HttpSchemaRegistry registry = client(server.url(), Map.of("retries.wait.ms", "100"))) {
            registry.byId(1);

            assertThat(server.requests()).hasSize(3);
            assertThat(waits).hasSize(2);
            assertThat(waits.get(0)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
            assertThat(waits.get(1)).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
        }
    }

    @Test
    void aRegistryThatKeepsFailingIsUnavailableAndNothingIsSaidOfTheSchema() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(error(503, 50300, "leader unknown"));
                HttpSchemaRegistry registry = client(server.url(), Map.of("max.retries", "2"))) {
            assertThatThrownBy(() -> registry.byId(7))
                    .isInstanceOfSatisfying(
                            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REGISTRY_UNAVAILABLE))
                    .hasMessage("Cannot fetch schema 7: the schema registry did not answer in 3 tries,"
                            + " expected an answer from [" + server.url() + "], found HTTP 503"
                            + " (error_code 50300: leader unknown) from " + server.url() + "/schemas/ids/7");
            assertThat(server.requests()).hasSize(3);

            server.answer(STRING);
            assertThat(registry.byId(7)).isNotNull();
        }
    }

    @Test
    void aBodyThatNeverEndsRunsIntoTheTimeout() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(new FaultyRegistry.Hanging(), STRING);
                HttpSchemaRegistry registry = client(server.url(), Map.of("request.timeout.ms", "300"))) {
            assertThat(registry.byId(1)).isNotNull();
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void anAnswerThatNeverStartsRunsIntoTheTimeout() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (FaultyRegistry server = FaultyRegistry.answering(new FaultyRegistry.Late(never, STRING));
                HttpSchemaRegistry registry =
                        client(server.url(), Map.of("request.timeout.ms", "200", "max.retries", "0"))) {
            assertThatThrownBy(() -> registry.byId(1))
                    .isInstanceOfSatisfying(
                            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REGISTRY_UNAVAILABLE));
        }
    }

    @Test
    void theSecondAddressIsAskedWhenTheFirstIsDownAndThenFirstOfAll() throws IOException {
        try (FaultyRegistry failing = FaultyRegistry.answering(error(500, 50001, "down"));
                FaultyRegistry healthy = FaultyRegistry.answering(STRING);
                HttpSchemaRegistry registry = client(closedPort() + "," + failing.url() + ", " + healthy.url() + "/")) {
            registry.byId(1);
            registry.byId(2);

            assertThat(failing.requests()).hasSize(1);
            assertThat(healthy.requests()).hasSize(2);
            assertThat(waits).isEmpty();
        }
    }

    @Test
    void aRefusedConnectionIsUnavailableAndNamesTheAddress() throws IOException {
        String address = closedPort();
        try (HttpSchemaRegistry registry = client(address, Map.of("max.retries", "1"))) {
            assertThatThrownBy(() -> registry.byId(1))
                    .isInstanceOfSatisfying(
                            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REGISTRY_UNAVAILABLE))
                    .hasMessageContaining("in 2 tries")
                    .hasMessageEndingWith("found no connection to " + address);
        }
    }

    @Test
    void anUnknownIdIsNotFoundAndIsNotAskedForAgainUntilItsTimeIsUp() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(UNKNOWN);
                HttpSchemaRegistry registry = client(server.url(), Map.of("missing.id.cache.ttl.sec", "30"))) {
            for (int i = 0; i < 100; i++) {
                assertThat(code(() -> registry.byId(99))).isEqualTo(ErrorCode.SCHEMA_NOT_FOUND);
            }
            assertThat(server.requests()).hasSize(1);

            server.answer(STRING);
            clock.advance(Duration.ofSeconds(29));
            assertThat(code(() -> registry.byId(99))).isEqualTo(ErrorCode.SCHEMA_NOT_FOUND);
            clock.advance(Duration.ofSeconds(1));
            assertThat(registry.byId(99)).isNotNull();
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void anUnknownIdThatIsToBeForgottenIsAskedForAgainAtOnce() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(UNKNOWN);
                HttpSchemaRegistry registry = client(server.url(), Map.of("missing.id.cache.ttl.sec", "30"))) {
            assertThat(code(() -> registry.byId(99))).isEqualTo(ErrorCode.SCHEMA_NOT_FOUND);
            server.answer(STRING);

            registry.forgetUnknown(99);

            assertThat(registry.byId(99)).isNotNull();
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void aNegativeIdIsNotFoundWithoutARequest() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(STRING);
                HttpSchemaRegistry registry = client(server.url())) {
            assertThat(code(() -> registry.byId(-1))).isEqualTo(ErrorCode.SCHEMA_NOT_FOUND);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void a404ThatIsNotTheRegistrysOwnDoesNotMakeASchemaUnknown() throws IOException {
        for (FaultyRegistry.Body reply : List.of(
                new FaultyRegistry.Body(404, "<html>nothing here</html>"),
                new FaultyRegistry.Body(404, ""),
                error(404, 404, "HTTP 404 Not Found"),
                ok("<html>please log in</html>"))) {
            try (FaultyRegistry server = FaultyRegistry.answering(reply);
                    HttpSchemaRegistry registry = client(server.url())) {
                assertThat(code(() -> registry.byId(1))).as(reply.json()).isEqualTo(ErrorCode.REGISTRY_REFUSED);
            }
        }
    }

    @Test
    void aSchemaOfAnotherTypeIsInvalid() throws IOException {
        try (FaultyRegistry server =
                        FaultyRegistry.answering(ok("{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax = ...\"}"));
                HttpSchemaRegistry registry = client(server.url())) {
            assertThatThrownBy(() -> registry.byId(3))
                    .isInstanceOfSatisfying(
                            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_INVALID))
                    .hasMessage("Cannot fetch schema 3: it is of another type, expected AVRO, found PROTOBUF");
            assertThat(code(() -> registry.byId(3))).isEqualTo(ErrorCode.SCHEMA_INVALID);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void aSchemaWhoseReferenceIsGoneIsInvalidAndNotUnknown() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(
                        ok("{\"schema\":\"{}\",\"references\":[{\"name\":\"a.B\",\"subject\":\"b\",\"version\":4}]}"),
                        error(404, 40402, "Version not found"));
                HttpSchemaRegistry registry = client(server.url())) {
            assertThatThrownBy(() -> registry.byId(3))
                    .isInstanceOfSatisfying(
                            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_INVALID))
                    .hasMessageContaining("expected version 4 of subject b, found none");
        }
    }

    @Test
    void threadsThatWantTheSameIdMakeOneRequest() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (FaultyRegistry server = FaultyRegistry.answering(new FaultyRegistry.Late(gate, STRING));
                HttpSchemaRegistry registry = client(server.url())) {
            List<Future<Schema>> results = IntStream.range(0, 8)
                    .mapToObj(i -> threads.submit(() -> registry.byId(5)))
                    .toList();
            gate.countDown();
            for (Future<Schema> result : results) {
                assertThat(result.get()).isSameAs(registry.byId(5));
            }
            assertThat(server.requests()).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void registeringPostsTheSchemaOnceAndEncodesTheSubject() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(ok("{\"id\":12}"));
                HttpSchemaRegistry registry = client(server.url())) {
            assertThat(registry.register("a b/c+d", LONG)).isEqualTo(12);
            assertThat(registry.register("a b/c+d", LONG)).isEqualTo(12);

            assertThat(server.requests()).hasSize(1).first().satisfies(request -> {
                assertThat(request.method()).isEqualTo("POST");
                assertThat(request.uri()).isEqualTo("/subjects/a%20b%2Fc%2Bd/versions");
                assertThat(request.type()).contains("application/vnd.schemaregistry.v1+json");
                assertThat(request.body()).isEqualTo("{\"schema\":\"\\\"long\\\"\"}");
            });
        }
    }

    @Test
    void anIncompatibleSchemaNamesTheSubjectAndTheRegistrysReason() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(error(409, 409, "READER_FIELD_MISSING_DEFAULT_VALUE"));
                HttpSchemaRegistry registry = client(server.url())) {
            assertThatThrownBy(() -> registry.register("orders-value", LONG))
                    .isInstanceOfSatisfying(
                            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_INCOMPATIBLE))
                    .hasMessageContaining("subject orders-value")
                    .hasMessageContaining("READER_FIELD_MISSING_DEFAULT_VALUE");
        }
    }

    @Test
    void aLookUpIsRememberedAndAnAnswerWithoutAnIdIsRefused() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(ok("{\"id\":12,\"version\":2}"), ok("{}"));
                HttpSchemaRegistry registry = client(server.url())) {
            RegisteredSchema expected = new RegisteredSchema("s", 2, 12, LONG);
            assertThat(registry.lookUp("s", LONG)).isEqualTo(expected);
            assertThat(registry.lookUp("s", LONG)).isEqualTo(expected);
            assertThat(registry.register("s", LONG)).isEqualTo(12);
            assertThat(server.requests()).hasSize(1);

            assertThat(code(() -> registry.lookUp("t", LONG))).isEqualTo(ErrorCode.REGISTRY_REFUSED);
        }
    }

    @Test
    void anOlderRegistryIsCheckedAgainstTheLatestVersion() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(
                        error(404, 404, "HTTP 404 Not Found"),
                        ok("{\"is_compatible\":false,\"messages\":[\"a reason\"]}"));
                HttpSchemaRegistry registry = client(server.url())) {
            assertThat(registry.check("s", LONG)).isEqualTo(new CompatibilityVerdict(false, List.of("a reason")));
            assertThat(server.requests())
                    .extracting(FaultyRegistry.Request::uri)
                    .containsExactly(
                            "/compatibility/subjects/s/versions?verbose=true",
                            "/compatibility/subjects/s/versions/latest?verbose=true");
        }
    }

    @Test
    void aSubjectWithoutALevelOfItsOwnHasTheGlobalOne() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(
                        error(404, 40408, "not configured"), ok("{\"compatibilityLevel\":\"FULL\"}"));
                HttpSchemaRegistry registry = client(server.url())) {
            assertThat(registry.compatibility("s")).isEqualTo("FULL");
        }
    }

    @Test
    void anInterruptedThreadStopsWaitingAndStaysInterrupted() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(STRING);
                HttpSchemaRegistry registry = client(server.url())) {
            Thread.currentThread().interrupt();
            assertThat(code(() -> registry.byId(1))).isEqualTo(ErrorCode.REGISTRY_UNAVAILABLE);
            assertThat(Thread.interrupted()).isTrue();

            assertThat(registry.byId(1)).isNotNull();
        }
    }

    @Test
    void aClosedClientSendsNothing() throws IOException {
        try (FaultyRegistry server = FaultyRegistry.answering(STRING)) {
            HttpSchemaRegistry registry = client(server.url());
            registry.close();

            assertThat(code(registry::subjects)).isEqualTo(ErrorCode.BUG);
            assertThat(server.requests()).isEmpty();
        }
    }

    private HttpSchemaRegistry client(String url) {
        return client(url, Map.of());
    }

    private HttpSchemaRegistry client(String url, Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(more);
        properties.put("schema.registry.url", url);
        RegistrySettings settings = RegistrySettings.read(properties, clock);
        Backoff backoff =
                new Backoff(settings.retryWait(), settings.retryMaxWait(), new SplittableRandom(1), waits::add);
        return new HttpSchemaRegistry(settings, clock, backoff);
    }

    private static ErrorCode code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(SluiceException.class, call).code();
    }

    private static String closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://localhost:" + socket.getLocalPort();
        }
    }
}
