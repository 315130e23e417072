package dev.sluice.embedded.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.embedded.Sluice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("soak")
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
                "1500",
                "--days",
                "13",
                "--live-rate",
                "20",
                "--before",
                "1",
                "-o",
                "json");

        assertThat(exit).as("%s%s", err, out).isZero();
        JsonNode result = new ObjectMapper().readTree(out.toString());
        assertThat(result.get("proved").asBoolean()).isTrue();
        assertThat(result.get("backfill").get("state").asText()).isEqualTo("done");
        assertThat(result.get("backfill").get("batches").size()).isGreaterThan(8);
    }
}
