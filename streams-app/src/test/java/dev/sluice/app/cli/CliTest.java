package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class CliTest {
    private final StringWriter err = new StringWriter();
    private final StringWriter out = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = Cli.of(new CommandLine(new Root()).addSubcommand(new Fails()));
        line.setErr(new PrintWriter(err, true));
        line.setOut(new PrintWriter(out, true));
        return line.execute(arguments);
    }

    @Test
    void anUnknownCommandIsASentenceWithTheKnownOnesAndExitCode2() {
        assertThat(run("fial")).isEqualTo(2);
        assertThat(err.toString())
                .contains("Unknown command 'fial', expected one of fail")
                .doesNotContain("\tat ");
    }

    @Test
    void anUnknownOptionIsASentenceAndExitCode2() {
        assertThat(run("fail", "--kidn=x")).isEqualTo(2);
        assertThat(err.toString()).contains("--kidn").contains("Try 'sluice fail --help'");
    }

    @Test
    void theKindOfAnErrorIsTheExitCodeAndItsMessageTheOnlyLine() {
        assertThat(run("fail", "--code=REGISTRY_UNAVAILABLE")).isEqualTo(4);
        assertThat(err.toString().lines()).containsExactly("sluice: Cannot do it: no reason [SLUICE-203]");
    }

    @Test
    void aDefectSaysThatItIsOneAndShowsItsTrace() {
        assertThat(run("fail")).isEqualTo(70);
        assertThat(err.toString()).contains("This is a defect of Sluice").contains("\tat ");
    }

    @Test
    void helpListsTheExitCodes() {
        assertThat(run("fail", "--help")).isZero();
        assertThat(out.toString()).contains("Exit codes:").contains("70").contains("the verdict is no");
    }

    @Command(name = "sluice", mixinStandardHelpOptions = true)
    static final class Root {}

    @Command(name = "fail", mixinStandardHelpOptions = true)
    static final class Fails implements Callable<Integer> {
        @Option(names = "--code")
        private ErrorCode code = ErrorCode.BUG;

        @Override
        public Integer call() {
            if (code == ErrorCode.BUG) {
                throw new IllegalStateException("boom");
            }
            throw new SluiceException(code, "Cannot do it: no reason");
        }
    }
}
