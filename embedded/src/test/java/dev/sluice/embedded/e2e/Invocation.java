package dev.sluice.embedded.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.embedded.Sluice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** One command, run in this JVM to its end. */
public record Invocation(int exitCode, String out, String err) {
    public static Invocation of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commands = Sluice.commandLine(false);
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        int exitCode = commands.execute(arguments);
        return new Invocation(exitCode, out.toString(), err.toString());
    }

    List<String> lines() {
        return out.lines().toList();
    }

    /** The last line, which is the result of a command with {@code -o json}. */
    public JsonNode json() {
        assertThat(out).as("standard output; standard error was: %s", err).isNotBlank();
        try {
            return new ObjectMapper().readTree(lines().get(lines().size() - 1));
        } catch (JsonProcessingException e) {
            throw new AssertionError("Not JSON: " + out, e);
        }
    }

    public Invocation succeeds() {
        assertThat(exitCode).as("%s%n%s", out, err).isZero();
        return this;
    }

    /** Holds for a refusal: its exit code, and one sentence on standard error with these words and its number. */
    void refuses(int code, String label, String... words) {
        assertThat(exitCode).as("%s%n%s", out, err).isEqualTo(code);
        List<String> sentences =
                err.lines().filter(line -> line.startsWith("sluice: ")).toList();
        assertThat(sentences).as(err).hasSize(1);
        assertThat(sentences.get(0)).contains(words).endsWith("[" + label + "]");
        assertThat(err).doesNotContain("\tat ");
    }
}
