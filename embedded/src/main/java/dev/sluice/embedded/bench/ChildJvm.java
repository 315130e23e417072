package dev.sluice.embedded.bench;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM of its own, so that its CPU time and memory can be told from everything else's. Its output goes to a file. */
final class ChildJvm implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread hook;

    private ChildJvm(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        // Ctrl-C must not leave it running.
        this.hook = new Thread(process::destroy, "sluice-bench-stop-" + name);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** @param command what follows {@code java}: flags, main class, arguments */
    static ChildJvm start(String name, Path folder, List<String> command, Map<String, String> environment) {
        Path log = folder.resolve(name + ".log");
        List<String> all = new ArrayList<>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Files.createDirectories(folder);
            return new ChildJvm(name, builder.redirectOutput(log.toFile()).start(), log);
        } catch (IOException e) {
            throw new SluiceException(ErrorCode.PIECE_FAILED, "Cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /** Our own class path with a main class behind it, and the archive of classes if {@code ./sluice} made one. */
    static List<String> ours(List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(flags);
        String archive = System.getProperty("sluice.archive.flags", "");
        if (!archive.isBlank()) {
            command.addAll(List.of(archive.split(" ")));
        }
        command.add("-Dsluice.home=" + System.getProperty("sluice.home", "."));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** User and system time since the JVM's start, milliseconds. */
    long cpuMillis() {
        return process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L);
    }

    /** The most memory it ever held, bytes; 0 where the operating system does not say. */
    long peakBytes() {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    Path log() {
        return log;
    }

    /** @throws SluiceException when the process has ended, with the end of its output */
    void requireAlive() {
        if (process.isAlive()) {
            return;
        }
        String end;
        try {
            List<String> lines = Files.readAllLines(log);
            end = String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            end = "no output";
        }
        throw new SluiceException(
                ErrorCode.PIECE_FAILED,
                "Cannot measure %s: its process ended with code %d, see %s:%n%s"
                        .formatted(name, process.exitValue(), log, end));
    }

    @Override
    public void close() {
        process.destroy();
        forgetHook();
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("EmptyCatch")
    private void forgetHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // The JVM is ending, and the hook is at work.
        }
    }
}
