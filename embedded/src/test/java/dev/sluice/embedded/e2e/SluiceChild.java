package dev.sluice.embedded.e2e;

import dev.sluice.embedded.Sluice;
import dev.sluice.embedded.ingest.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One command in a JVM of its own, as {@code ./sluice} starts it, to be stopped or killed. */
final class SluiceChild implements AutoCloseable {
    /**
     * What comes before the command. Where Maven itself runs in a shell's background, SIGINT is ignored, and a child
     * would inherit that; a person's terminal never does.
     */
    private static final List<String> SIGNALS = signals();

    private static final Duration PATIENCE = Duration.ofSeconds(300);

    private final Process process;
    private final Path out;
    private final Path err;

    private SluiceChild(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** @param log path of the files that take its output, without their suffix */
    static SluiceChild start(Path log, String... arguments) {
        return start(log, Map.of(), List.of(), arguments);
    }

    /**
     * With more in its environment.
     *
     * @param log path of the files that take its output, without their suffix
     * @param flags of the JVM, after ours
     */
    static SluiceChild start(Path log, Map<String, String> environment, List<String> flags, String... arguments) {
        Path out = log.resolveSibling(log.getFileName() + ".out");
        Path err = log.resolveSibling(log.getFileName() + ".err");
        List<String> command = new ArrayList<>(SIGNALS);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx1g"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Sluice.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        try {
            return new SluiceChild(
                    builder.redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start(),
                    out,
                    err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> signals() {
        List<String> prefix = List.of("env", "--default-signal=INT");
        try {
            List<String> probe = new ArrayList<>(prefix);
            probe.add("true");
            return new ProcessBuilder(probe).start().waitFor() == 0 ? prefix : List.of();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    /** What any user of the machine may read of it while it runs, where the system has /proc; else nothing. */
    String commandLine() {
        Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
        return Files.exists(file) ? read(file) : "";
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until the output, of either kind, has a text, or the process ends. */
    void awaitText(String text) {
        Await.until(
                "the child to say: " + text,
                PATIENCE,
                () -> out().contains(text) || err().contains(text) || !process.isAlive(),
                () -> out() + err());
    }

    /** Lets it run for so long, or until it ends. */
    void letRun(Duration time) {
        try {
            process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** As {@code kill -9}. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Sends a signal, as {@code kill -INT} does. */
    void signal(String name) {
        try {
            int result = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (result != 0) {
                throw new AssertionError("kill -" + name + " ended with " + result);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for the end and answers the exit code. */
    int exitCode(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("Still running after " + patience + "\n" + out() + err());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    int exitCode() {
        return exitCode(PATIENCE);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
