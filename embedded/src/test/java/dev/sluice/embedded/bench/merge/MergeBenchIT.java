package dev.sluice.embedded.bench.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.embedded.Sluice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergeBenchIT {
    @TempDir
    Path folder;

    @Test
    void every_batch_is_merged_and_the_last_line_is_every_figure() throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int code = Sluice.commandLine(false)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "bench",
                        "merge",
                        "--rows=20000",
                        "--batches=2",
                        "--memory=256MB",
                        "--config=" + Path.of("..", "sluice.yaml"),
                        "--data=" + folder.resolve("bench"),
                        "-o",
                        "json");

        assertThat(code).as(err.toString()).isZero();
        JsonNode figures = new ObjectMapper()
                .readTree(out.toString().lines().reduce((a, b) -> b).orElseThrow());
        assertThat(figures.path("rows").asLong()).isEqualTo(20_000);
        for (String of : List.of("cpu_s_per_batch", "wall_s_per_batch")) {
            for (String which : List.of("first", "median", "last")) {
                assertThat(figures.path(of).path(which).asDouble())
                        .as("%s %s", of, which)
                        .isPositive();
            }
        }
        assertThat(figures.path("batches")).hasSize(2).allSatisfy(batch -> {
            assertThat(batch.path("rows_written").asLong()).isBetween(GeneratedOrders.newOrders(), 100_000L);
            assertThat(batch.has("unchanged") && batch.has("stale")).isTrue();
            assertThat(batch.path("bytes_read").asLong()).isPositive();
            assertThat(batch.path("bytes_written").asLong()).isPositive();
            assertThat(batch.path("files").asInt()).isPositive();
        });
        for (String scan : List.of("before", "after", "compacted")) {
            assertThat(figures.path("scan").path(scan).path("wall_ms").asLong())
                    .as(scan)
                    .isPositive();
        }
        assertThat(figures.path("scan").path("after_to_compacted").asDouble()).isPositive();
    }
}
