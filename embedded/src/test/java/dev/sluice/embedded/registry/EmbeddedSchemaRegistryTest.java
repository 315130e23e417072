package dev.sluice.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.orders.CustomerSchemas;
import dev.sluice.schemas.orders.OrderSchemas;
import dev.sluice.schemas.registry.HttpSchemaRegistry;
import dev.sluice.schemas.registry.RegisteredSchema;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedSchemaRegistryTest {
    private static final String SUBJECT = OrderSchemas.SUBJECT;

    @TempDir
    Path folder;

    private EmbeddedSchemaRegistry server;
    private SchemaRegistry client;

    @BeforeEach
    void start() {
        server = EmbeddedSchemaRegistry.start(folder, 0);
        client = client(server);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void aRegisteredSchemaIsFoundByItsIdItsTextAndAsTheLatest() {
        int first = client.register(SUBJECT, OrderSchemas.v1());
        int second = client.register(SUBJECT, OrderSchemas.v2());

        SchemaRegistry other = client(server);
        assertThat(other.byId(first)).isEqualTo(OrderSchemas.v1());
        assertThat(other.byId(second)).isEqualTo(OrderSchemas.v2());
        assertThat(other.byId(second).getField("channel").doc())
                .isEqualTo(OrderSchemas.v2().getField("channel").doc());
        assertThat(other.lookUp(SUBJECT, OrderSchemas.v1()))
                .isEqualTo(new RegisteredSchema(SUBJECT, 1, first, OrderSchemas.v1()));
        assertThat(other.latest(SUBJECT)).isEqualTo(new RegisteredSchema(SUBJECT, 2, second, OrderSchemas.v2()));
        assertThat(other.subjects()).containsExactly(SUBJECT);
        assertThat(other.versions(SUBJECT)).containsExactly(1, 2);
    }

    @Test
    void registeringTwiceChangesNothingAndSeveralSubjectsShareOneId() {
        int id = client.register(SUBJECT, OrderSchemas.v1());

        assertThat(client(server).register(SUBJECT, OrderSchemas.v1())).isEqualTo(id);
        assertThat(client.register("a b/ü+%-value", OrderSchemas.v1())).isEqualTo(id);
        assertThat(client.versions(SUBJECT)).containsExactly(1);
        assertThat(client.versions("a b/ü+%-value")).containsExactly(1);
        assertThat(client.subjects()).containsExactly("a b/ü+%-value", SUBJECT);
        assertThat(client.register("customers-value", CustomerSchemas.v1())).isNotEqualTo(id);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        client.register(SUBJECT, OrderSchemas.v1());

        assertThat(code(() -> client.byId(4711))).isEqualTo(ErrorCode.SCHEMA_NOT_FOUND);
        assertThat(code(() -> client.latest("none"))).isEqualTo(ErrorCode.SCHEMA_NOT_FOUND);
        assertThat(code(() -> client.versions("none"))).isEqualTo(ErrorCode.SCHEMA_NOT_FOUND);
        assertThat(code(() -> client.lookUp("none", OrderSchemas.v1()))).isEqualTo(ErrorCode.SCHEMA_NOT_FOUND);
        assertThat(code(() -> client.lookUp(SUBJECT, OrderSchemas.v2()))).isEqualTo(ErrorCode.SCHEMA_NOT_FOUND);
    }

    @Test
    void anIncompatibleSchemaIsRefusedWithTheReasonAndLeavesNoTrace() {
        client.register(SUBJECT, OrderSchemas.v1());
        Schema stricter = schema("{'name':'event_id','type':'string'},{'name':'extra','type':'string'}");

        assertThatThrownBy(() -> client.register(SUBJECT, stricter))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_INCOMPATIBLE))
                .hasMessageContaining("READER_FIELD_MISSING_DEFAULT_VALUE")
                .hasMessageContaining("extra");
        assertThat(client.versions(SUBJECT)).containsExactly(1);
        assertThat(client.check(SUBJECT, stricter).compatible()).isFalse();
        assertThat(client.check(SUBJECT, stricter).messages()).hasSize(1);
        assertThat(client.check(SUBJECT, OrderSchemas.v2()).compatible()).isTrue();
        assertThat(client.check("new-subject", stricter).compatible()).isTrue();
    }

    @Test
    void aSubjectsOwnLevelGoesBeforeTheGlobalOne() {
        assertThat(client.compatibility(SUBJECT)).isEqualTo("BACKWARD");
        client.register(SUBJECT, OrderSchemas.v1());
        client.setCompatibility(SUBJECT, "NONE");

        assertThat(client.compatibility(SUBJECT)).isEqualTo("NONE");
        assertThat(client.compatibility("other")).isEqualTo("BACKWARD");
        assertThat(client.register(SUBJECT, Schema.create(Schema.Type.LONG))).isPositive();
        assertThat(code(() -> client.setCompatibility(SUBJECT, "SIDEWAYS"))).isEqualTo(ErrorCode.REGISTRY_REFUSED);
    }

    @Test
    void aCheckAgreesWithTheRegistrationUnderATransitiveLevel() {
        client.setCompatibility("t", "BACKWARD_TRANSITIVE");
        client.register("t", schema("{'name':'a','type':'int'},{'name':'b','type':'int'}"));
        client.register("t", schema("{'name':'a','type':'int'}"));
        client.register("t", schema("{'name':'a','type':'int'},{'name':'b','type':'int','default':0}"));
        Schema readsTheLatestOnly = schema("{'name':'a','type':'int'},{'name':'c','type':'int','default':1}");
        assertThat(client.check("t", readsTheLatestOnly).compatible()).isTrue();
        client.register("t", schema("{'name':'b','type':'long','default':0}"));

        Schema last = schema("{'name':'b','type':'long'}");
        assertThat(client.check("t", last).compatible()).isFalse();
        assertThat(code(() -> client.register("t", last))).isEqualTo(ErrorCode.SCHEMA_INCOMPATIBLE);
        client.setCompatibility("t", "BACKWARD");
        assertThat(client.check("t", last).compatible()).isTrue();
    }

    @Test
    void aRestartKeepsIdsVersionsAndLevels() {
        int first = client.register(SUBJECT, OrderSchemas.v1());
        int second = client.register(SUBJECT, OrderSchemas.v2());
        client.setCompatibility(SUBJECT, "FULL");

        restart();

        assertThat(client.byId(first)).isEqualTo(OrderSchemas.v1());
        assertThat(client.latest(SUBJECT)).isEqualTo(new RegisteredSchema(SUBJECT, 2, second, OrderSchemas.v2()));
        assertThat(client.register(SUBJECT, OrderSchemas.v1())).isEqualTo(first);
        assertThat(client.compatibility(SUBJECT)).isEqualTo("FULL");
        assertThat(client.register("customers-value", CustomerSchemas.v1())).isEqualTo(second + 1);
    }

    @Test
    void aTornLastLineIsCutOffWhereverItWasTorn() throws Exception {
        int first = client.register(SUBJECT, OrderSchemas.v1());
        stop();
        byte[] intact = Files.readAllBytes(log());
        server = EmbeddedSchemaRegistry.start(folder, 0);
        client = client(server);
        client.register(SUBJECT, OrderSchemas.v2());
        stop();
        byte[] whole = Files.readAllBytes(log());

        for (int length : List.of(intact.length + 1, (intact.length + whole.length) / 2, whole.length - 1)) {
            Files.write(log(), java.util.Arrays.copyOf(whole, length));
            start();

            assertThat(client.versions(SUBJECT)).containsExactly(1);
            assertThat(client.byId(first)).isEqualTo(OrderSchemas.v1());
            assertThat(client.register(SUBJECT, OrderSchemas.v2())).isEqualTo(first + 1);
            stop();
            assertThat(Files.readAllBytes(log())).isEqualTo(whole);
        }
        start();
    }

    @Test
    void aDamagedLineInTheMiddleStopsTheStartAndLetsGoOfTheFolder() throws Exception {
        client.register(SUBJECT, OrderSchemas.v1());
        stop();
        byte[] intact = Files.readAllBytes(log());
        Files.write(log(), "{\"op\":\n".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);

        assertThatThrownBy(this::start)
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_FOLDER))
                .hasMessageContaining("line 2 is damaged")
                .hasMessageContaining(log().toString());

        Files.write(log(), intact);
        start();
        assertThat(client.versions(SUBJECT)).containsExactly(1);
    }

    @Test
    void twoRegistriesCannotShareAFolderOrAPort() throws Exception {
        assertThat(code(() -> EmbeddedSchemaRegistry.start(folder, 0))).isEqualTo(ErrorCode.DATA_FOLDER_HELD);
        Path other = Files.createDirectory(folder.resolve("other"));
        assertThat(code(() -> EmbeddedSchemaRegistry.start(other, server.uri().getPort())))
                .isEqualTo(ErrorCode.PORT_IN_USE);
        assertThat(client.subjects()).isEmpty();
    }

    private void restart() {
        stop();
        start();
    }

    private Path log() {
        return folder.resolve("registry.jsonl");
    }

    private static SchemaRegistry client(EmbeddedSchemaRegistry server) {
        return HttpSchemaRegistry.from(
                Map.of("schema.registry.url", server.uri().toString(), "max.retries", "0"));
    }

    private static Schema schema(String fields) {
        return new Schema.Parser()
                .parse("{'type':'record','name':'OrderEvent','namespace':'dev.sluice.orders','fields':[%s]}"
                        .formatted(fields)
                        .replace('\'', '"'));
    }

    private static ErrorCode code(ThrowingCallable call) {
        return catchThrowableOfType(SluiceException.class, call).code();
    }
}
