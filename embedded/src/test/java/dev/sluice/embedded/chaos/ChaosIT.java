package dev.sluice.embedded.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.cli.Cli;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ChaosIT {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void six_deaths_leave_every_row_where_it_belongs() throws Exception {
        int exit = chaos("--kills", "6", "--seed", "7", "--events", "2000", "--data", folder.toString(), "-o", "json");

        assertThat(exit).as(err.toString()).isZero();
        String[] lines = out.toString().strip().split("\n");
        JsonNode result = new ObjectMapper().readTree(lines[lines.length - 1]);
        assertThat(result.path("audit").asText()).isEqualTo("pass");
        assertThat(result.path("kills").asInt()).isGreaterThanOrEqualTo(6);
        assertThat(result.path("records").asLong()).isPositive();
        assertThat(err.toString()).contains("kills 6 of 6");

        assertThat(chaos("--kills", "1", "--events", "2000", "--data", folder.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("[SLUICE-105]").contains("./sluice chaos --kills 1 --seed 42");
    }

    private int chaos(String... arguments) {
        CommandLine command = Cli.of(new CommandLine(new ChaosCommand(Clock.systemUTC(), false)));
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(withConfig(arguments));
    }

    private static String[] withConfig(String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--config";
        all[arguments.length + 1] = Path.of("..", "sluice.yaml").toString();
        return all;
    }
}
