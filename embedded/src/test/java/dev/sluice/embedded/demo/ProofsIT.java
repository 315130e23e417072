package dev.sluice.embedded.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.cli.ConfigOption;
import dev.sluice.load.LoadSpec;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** The proofs of the commands, small. */
class ProofsIT {
    @TempDir
    Path folder;

    private final StringWriter progress = new StringWriter();

    @CommandLine.Command
    private static final class Options {
        @Mixin
        private ConfigOption config = new ConfigOption();
    }

    private ProofPlatform platform(boolean runsModels) {
        Options options = new Options();
        new CommandLine(options)
                .parseArgs(
                        "--config",
                        "../sluice.yaml",
                        "--data",
                        folder.resolve("data").toString());
        return ProofPlatform.start(options.config, runsModels, Clock.systemUTC());
    }

    private DemoProgress progress() {
        return new DemoProgress(new PrintWriter(progress), false);
    }

    private static LoadSpec load(int events) {
        return LoadSpec.defaults().withEvents(events).withOrders(events / 5);
    }

    private static void assertHolds(Proof proof) throws Exception {
        StringWriter text = new StringWriter();
        proof.printText(new PrintWriter(text));
        assertThat(proof.holds()).as(text.toString()).isTrue();
        StringWriter json = new StringWriter();
        proof.printJson(new PrintWriter(json));
        JsonNode parsed = new ObjectMapper().readTree(json.toString());
        assertThat(parsed.get("holds").asBoolean()).isTrue();
        assertThat(json.toString().lines()).hasSize(1);
    }

    @Test
    void the_same_load_twice_changes_nothing_but_the_table_without_a_key() throws Exception {
        try (ProofPlatform platform = platform(true)) {
            assertHolds(new IdempotencyProof(platform, load(2_000), progress()).run());
        }
    }

    @Test
    void a_run_from_what_changed_reads_less_and_a_full_refresh_gives_the_same() throws Exception {
        try (ProofPlatform platform = platform(false)) {
            assertHolds(new IncrementalProof(platform, load(4_000), progress()).run());
        }
    }

    @Test
    void an_extra_field_passes_and_a_broken_rule_is_caught_by_silvers_test() throws Exception {
        try (ProofPlatform platform = platform(true)) {
            assertHolds(new SchemaOnReadProof(platform, progress(), Clock.systemUTC()).run());
        }
    }
}
