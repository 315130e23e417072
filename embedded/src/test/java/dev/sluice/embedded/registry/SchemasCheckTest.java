package dev.sluice.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.embedded.Sluice;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code sluice schemas check}, as a pipeline of CI runs it. */
class SchemasCheckTest {
    private static final String ONE = "{'type':'record','name':'T','fields':[{'name':'id','type':'long'}]}";
    private static final String WIDER = "{'type':'record','name':'T','fields':[{'name':'id','type':'long'},"
            + "{'name':'label','type':['null','string'],'default':null}]}";
    private static final String BREAKING =
            "{'type':'record','name':'T','fields':[{'name':'id','type':'long'},{'name':'label','type':'string'}]}";

    @TempDir
    private Path folder;

    private EmbeddedSchemaRegistry server;
    private SchemaRegistry registry;
    private Path config;

    private record Answer(int exitCode, String out, String err) {
        JsonNode json() throws Exception {
            return new ObjectMapper().readTree(out);
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = EmbeddedSchemaRegistry.start(folder.resolve("registry"), 0);
        registry =
                SchemaRegistry.from(Map.of("schema.registry.url", server.uri().toString()));
        config = Files.writeString(folder.resolve("sluice.yaml"), """
                kafka: {bootstrap.servers: "localhost:1"}
                registry: {schema.registry.url: "%s"}
                sources:
                  - name: things
                    contract: avro/thing.avsc
                  - name: others
                """.formatted(server.uri()));
        Files.createDirectories(folder.resolve("avro"));
    }

    @AfterEach
    void stop() {
        registry.close();
        server.close();
    }

    private static String avro(String text) {
        return text.replace('\'', '"');
    }

    private void contract(String text) throws Exception {
        Files.writeString(folder.resolve("avro/thing.avsc"), avro(text));
    }

    private void registered(String text) {
        registry.register("things-value", new Schema.Parser().parse(avro(text)));
    }

    private Answer check(String... arguments) {
        List<String> all = new ArrayList<>(List.of("schemas", "check", "--config=" + config));
        all.addAll(List.of(arguments));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commands = Sluice.commandLine(false);
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        int exitCode = commands.execute(all.toArray(String[]::new));
        return new Answer(exitCode, out.toString(), err.toString());
    }

    @Test
    void aFirstSchemaIsNew() throws Exception {
        contract(ONE);

        assertThat(check().out()).contains("things-value", "thing.avsc", "BACKWARD", "new");
        assertThat(check().exitCode()).isZero();
        assertThat(registry.subjects()).as("nothing is registered").isEmpty();
    }

    @Test
    void aCompatibleChangePassesAndTheRegisteredOneIsKnown() throws Exception {
        registered(ONE);
        contract(ONE);
        assertThat(check("-o", "json").json().at("/schemas/0/verdict").asText()).isEqualTo("registered");

        contract(WIDER);

        JsonNode answer = check("-o", "json").json();
        assertThat(answer.get("verdict").asText()).isEqualTo("pass");
        assertThat(answer.at("/schemas/0/verdict").asText()).isEqualTo("compatible");
    }

    @Test
    void anIncompatibleChangeFailsWithTheReason() throws Exception {
        registered(ONE);
        contract(BREAKING);

        Answer text = check();
        assertThat(text.exitCode()).isEqualTo(1);
        assertThat(text.out()).contains("incompatible", "READER_FIELD_MISSING_DEFAULT_VALUE");

        Answer json = check("-o", "json");
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(json.json().get("verdict").asText()).isEqualTo("fail");
        assertThat(json.json().at("/schemas/0/reasons/0").asText()).contains("label");
    }

    @Test
    void theSubjectsOwnLevelDecides() throws Exception {
        registered(ONE);
        contract(BREAKING);
        registry.setCompatibility("things-value", "FORWARD");

        assertThat(check().exitCode()).isZero();
    }

    @Test
    void filesMayBeGivenInsteadOfTheConfigurations() throws Exception {
        registered(ONE);
        Path file = Files.writeString(folder.resolve("other.avsc"), avro(BREAKING));

        assertThat(check("things-value=" + file).exitCode()).isEqualTo(1);
        assertThat(check("new-value=" + file).exitCode()).isZero();
    }

    @Test
    void aFileThatIsNoSchemaOrNotThereIsNamed() throws Exception {
        assertThat(check().err()).contains("thing.avsc", "[SLUICE-101]").doesNotContain("\tat ");
        contract("{'type':'recrod'}");

        Answer answer = check();

        assertThat(answer.exitCode()).isEqualTo(3);
        assertThat(answer.err()).contains("thing.avsc", "[SLUICE-201]").doesNotContain("\tat ");
    }
}
