package dev.sluice.embedded.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.embedded.Sluice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LandingBenchIT {
    @TempDir
    Path folder;

    @Test
    void the_service_and_its_floor_land_the_whole_topic_and_the_last_line_is_every_figure() throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line =
                Sluice.commandLine(false).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));

        int code = line.execute(
                "bench",
                "landing",
                "--events=5000",
                "--only=service,floor",
                "--config=" + Path.of("..", "sluice.yaml"),
                "--data=" + folder,
                "--java-opts=-XX:+UseSerialGC -Xmx512m",
                "-o",
                "json");

        assertThat(code).as(err.toString()).isZero();
        JsonNode figures = new ObjectMapper()
                .readTree(out.toString().lines().reduce((a, b) -> b).orElseThrow());
        for (String contestant : new String[] {"service", "floor"}) {
            JsonNode one = figures.path(contestant);
            assertThat(one.path("events").asLong()).as(contestant).isEqualTo(5_000);
            assertThat(one.path("cpu_ms").asLong()).as(contestant).isPositive();
            assertThat(one.path("files").asLong()).as(contestant).isBetween(1L, 2_000L);
            assertThat(one.path("bytes").asLong()).as(contestant).isGreaterThan(5_000);
        }
        assertThat(figures.path("floor").path("service_ratio").asDouble()).isPositive();
    }
}
