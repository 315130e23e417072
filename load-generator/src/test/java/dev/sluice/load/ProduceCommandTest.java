package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ProduceCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void a_dry_run_counts_what_would_be_produced_without_any_connection(@TempDir Path folder) {
        assertThat(run(
                        "--dry-run",
                        "--events",
                        "3000",
                        "--orders",
                        "500",
                        "--expected",
                        folder.resolve("x").toString()))
                .isZero();
        assertThat(out.toString())
                .contains("Would produce 3,000 records of 500 orders to topic orders; nothing was changed.")
                .contains("malformed 30")
                .contains("duplicate 60");
        assertThat(folder).isEmptyDirectory();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void json_output_is_one_object_on_the_last_line() throws Exception {
        assertThat(run("--dry-run", "--events", "800", "--malformed", "0.02", "--topic", "shop", "-o", "json"))
                .isZero();
        String[] lines = out.toString().split("\\R");
        JsonNode json = new ObjectMapper().readTree(lines[lines.length - 1]);
        assertThat(json.get("topic").asText()).isEqualTo("shop");
        assertThat(json.get("dry_run").asBoolean()).isTrue();
        assertThat(json.get("records").asLong()).isEqualTo(800);
        assertThat(json.get("load").get("malformed").asText()).isEqualTo("2%");
        assertThat(json.get("malformed_by_kind").get("GARBAGE").asLong()).isEqualTo(2);
        assertThat(json.get("records_by_partition")).hasSize(4);
    }

    @Test
    void the_defaults_of_the_options_are_the_defaults_of_the_spec() {
        LoadOptions options = new LoadOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("load", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
                .parseArgs();
        assertThat(options.spec()).isEqualTo(LoadSpec.defaults());
    }

    @Test
    void a_wrong_option_value_is_told_with_the_options_name() {
        assertThat(run("--dry-run", "--late", "lots")).isNotZero();
        assertThat(err.toString()).contains("Cannot use option --late: not a percentage");
        assertThat(run("--dry-run", "--events", "0")).isNotZero();
        assertThat(err.toString()).contains("Cannot use option --events: expected 1 to 2000000000, found 0");
    }

    @Test
    void help_has_an_example() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("sluice produce --events 2000000", "--resume", "--schema-mix", "such as 1% or 0.01");
    }

    @Test
    void progress_is_written_over_on_a_terminal_and_rare_elsewhere() {
        ProgressLine live = new ProgressLine(new PrintWriter(out), true);
        live.accept(new LoadProgress(500, 1_000, Duration.ofMillis(250)));
        live.accept(new LoadProgress(1_000, 1_000, Duration.ofMillis(500)));
        live.end();
        assertThat(out.toString())
                .isEqualTo("\rProducing 500 of 1,000 records (50%), 2,000 records/s  "
                        + "\rProducing 1,000 of 1,000 records (100%), 2,000 records/s  " + System.lineSeparator());
        ProgressLine log = new ProgressLine(new PrintWriter(err), false);
        for (int second = 1; second <= 12; second++) {
            log.accept(new LoadProgress(second, 100, Duration.ofSeconds(second)));
        }
        assertThat(err.toString().lines()).hasSize(2);
    }

    @Test
    void a_target_never_prints_its_secrets() {
        LoadTarget target =
                new LoadTarget(Map.of("sasl.jaas.config", "hidden"), Map.of("basic.auth.user.info", "hidden"));
        assertThat(target.toString()).doesNotContain("hidden").contains("sasl.jaas.config");
    }

    private int run(String... arguments) {
        ProduceCommand command = new ProduceCommand(
                () -> {
                    throw new AssertionError("no connection may be asked for");
                },
                new ManualClock(),
                false);
        return new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println(failure.getMessage());
                    line.getErr().flush();
                    return 2;
                })
                .execute(arguments);
    }
}
