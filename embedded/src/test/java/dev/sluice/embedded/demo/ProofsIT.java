package dev.sluice.embedded.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.cli.ConfigOption;
import dev.sluice.load.LoadSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
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
        return platform(Path.of("../sluice.yaml"), runsModels);
    }

    private ProofPlatform platform(Path config, boolean runsModels) {
        Options options = new Options();
        new CommandLine(options)
                .parseArgs(
                        "--config",
                        config.toString(),
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

    private static JsonNode assertHolds(Proof proof) throws Exception {
        assertThat(proof.holds()).as(text(proof)).isTrue();
        JsonNode parsed = json(proof);
        assertThat(parsed.get("holds").asBoolean()).isTrue();
        return parsed;
    }

    private static String text(Proof proof) {
        StringWriter text = new StringWriter();
        proof.printText(new PrintWriter(text));
        return text.toString();
    }

    private static JsonNode json(Proof proof) throws Exception {
        StringWriter json = new StringWriter();
        proof.printJson(new PrintWriter(json));
        assertThat(json.toString().lines()).hasSize(1);
        return new ObjectMapper().readTree(json.toString());
    }

    /** By model, whether the claim with these words holds. */
    private static Map<String, Boolean> claims(JsonNode proof, String with) {
        Map<String, Boolean> claims = new TreeMap<>();
        proof.get("claims").forEach(claim -> {
            if (claim.get("what").asText().contains(with)) {
                claims.put(
                        claim.get("what").asText().split(":")[0],
                        claim.get("holds").asBoolean());
            }
        });
        return claims;
    }

    @Test
    void the_same_load_twice_changes_nothing_but_the_table_without_a_key() throws Exception {
        try (ProofPlatform platform = platform(true)) {
            assertHolds(new IdempotencyProof(platform, load(2_000), progress()).run());
        }
    }

    @Test
    void every_incremental_model_reads_a_tenth_at_most_and_a_full_refresh_gives_the_same() throws Exception {
        try (ProofPlatform platform = platform(false)) {
            JsonNode proof = assertHolds(new IncrementalProof(platform, load(40_000), progress()).run());

            Map<String, Boolean> incremental = Map.of(
                    "silver.orders",
                    true,
                    "silver.customers",
                    true,
                    "gold.fct_orders",
                    true,
                    "gold.revenue_daily",
                    true);
            assertThat(claims(proof, "scans fewer rows")).isEqualTo(incremental);
            assertThat(claims(proof, "scans fewer bytes")).isEqualTo(incremental);
            assertThat(claims(proof, "the full refresh gives the rows")).hasSize(5);
            assertThat(claims(proof, "ops.model_runs has")).hasSize(5);
        }
    }

    @Test
    void the_proof_fails_for_the_one_model_whose_input_has_no_files_to_skip() throws Exception {
        try (ProofPlatform platform = platform(withoutPartitions(), false)) {
            Proof proof = new IncrementalProof(platform, load(12_000), progress()).run();

            assertThat(proof.holds()).isFalse();
            assertThat(claims(json(proof), "scans fewer rows"))
                    .as(text(proof))
                    .isEqualTo(Map.of(
                            "silver.orders",
                            true,
                            "silver.customers",
                            true,
                            "gold.fct_orders",
                            true,
                            "gold.revenue_daily",
                            false));
        }
    }

    /** The shipped pipeline, but for the partitions of gold.fct_orders. */
    private Path withoutPartitions() throws IOException {
        Path models = folder.resolve("models");
        try (Stream<Path> files = Files.walk(Path.of("../models"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = models.resolve(Path.of("../models").relativize(file));
                Files.createDirectories(copy.getParent());
                Files.writeString(copy, Files.readString(file).replaceAll(" +partition_by: .*\n", ""));
            }
        }
        String config = Files.readString(Path.of("../sluice.yaml"))
                .replace(
                        "contract: schemas",
                        "contract: " + Path.of("../schemas").toAbsolutePath().normalize());
        return Files.writeString(folder.resolve("sluice.yaml"), config);
    }

    @Test
    void an_extra_field_passes_and_a_broken_rule_is_caught_by_silvers_test() throws Exception {
        try (ProofPlatform platform = platform(true)) {
            assertHolds(new SchemaOnReadProof(platform, progress(), Clock.systemUTC()).run());
        }
    }
}
