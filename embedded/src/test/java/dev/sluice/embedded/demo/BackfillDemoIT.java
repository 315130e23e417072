package dev.sluice.embedded.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.embedded.Sluice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BackfillDemoIT {
    @TempDir
    Path folder;

    @Test
    void a_backfill_that_is_killed_and_fails_beside_a_live_flow_ends_in_the_tables_of_the_seed() throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commands =
                Sluice.commandLine(false).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

        int exit = commands.execute(
                "demo",
                "backfill",
                "--data",
                folder.toString(),
                "--config",
                Path.of("..", "sluice.yaml").toString(),
                "--events",
                "600",
                "--days",
                "6",
                "--live-rate",
                "5",
                "--before",
                "1",
                "-o",
                "json");

        assertThat(exit).as("%s%s", err, out).isZero();
        JsonNode result = new ObjectMapper().readTree(out.toString());
        assertThat(result.get("proved").asBoolean()).isTrue();
        assertThat(result.get("backfill").get("state").asText()).isEqualTo("done");
        assertThat(result.get("backfill").get("batches").size()).isEqualTo(5);
        assertThat(attempts(result))
                .containsOnly(1, 2)
                .filteredOn(attempts -> attempts == 2)
                .hasSize(2);
    }

    private static List<Integer> attempts(JsonNode result) {
        List<Integer> attempts = new ArrayList<>();
        result.get("backfill")
                .get("batches")
                .forEach(batch -> attempts.add(batch.get("attempts").asInt()));
        return attempts;
    }
}
