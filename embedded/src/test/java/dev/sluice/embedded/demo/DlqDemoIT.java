package dev.sluice.embedded.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.embedded.Sluice;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DlqDemoIT {
    @Test
    void a_small_demo_ends_with_no_dead_letter_open_and_says_so() throws IOException {
        StringWriter out = new StringWriter();
        CommandLine sluice = Sluice.commandLine(false).setOut(new PrintWriter(out));

        int exitCode = sluice.execute(
                "demo",
                "dlq",
                "--config",
                Path.of("..", "sluice.yaml").toString(),
                "--whole",
                "50",
                "--broken",
                "5",
                "-o",
                "json");

        assertThat(exitCode).isZero();
        JsonNode result = new ObjectMapper().readTree(out.toString());
        assertThat(result.path("open").asInt(-1)).isZero();
        assertThat(result.path("closed").asInt()).isEqualTo(20);
        assertThat(result.path("dead_again").asInt()).isEqualTo(5);
        assertThat(result.path("audit").asText()).isEqualTo("pass");
    }
}
