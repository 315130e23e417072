package dev.sluice.embedded.chaos;

import dev.sluice.app.cli.SluiceMain;
import dev.sluice.app.fault.Faults;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The service as a JVM of its own, which can be killed and paused. Its output goes to a file. */
public final class ServiceProcess implements AutoCloseable {
    private static final String STARTED = "landing started";
    private static final int KILLED = 137;

    private final Process process;
    private final Path log;

    private ServiceProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts {@code sluice run}.
     *
     * @param config the pipeline's configuration
     * @param data the folder whose environment file says where everything listens
     * @param faults as for {@link Faults#PROPERTY}, empty for none
     * @param log what the process writes; begun anew
     * @param more further arguments
     */
    public static ServiceProcess start(Path config, Path data, String faults, Path log, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx640m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-D" + Faults.PROPERTY + "=" + faults,
                "-cp",
                System.getProperty("java.class.path"),
                SluiceMain.class.getName(),
                "run",
                "--config",
                config.toString(),
                "--data",
                data.toString()));
        command.addAll(List.of(more));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new ServiceProcess(process, log);
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.PIECE_FAILED, "Cannot start a process of the service: " + e.getMessage(), e);
        }
    }

    /** Whether it has joined its groups and lands records, or did before it died. */
    public boolean hasStarted() {
        return output().contains(STARTED);
    }

    /** What it has written so far. */
    public String output() {
        try {
            return Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new SluiceException(ErrorCode.DATA_FOLDER, "Cannot read " + log + ": " + e.getMessage(), e);
        }
    }

    public Path log() {
        return log;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Of a process that has ended. */
    public int exitCode() {
        return process.exitValue();
    }

    public long pid() {
        return process.pid();
    }

    /** Whether it ended by SIGKILL or by halting at a point. */
    public boolean wasKilled() {
        return !process.isAlive() && process.exitValue() == KILLED;
    }

    /** True when it has ended within that time. */
    public boolean awaitEnd(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    /** SIGKILL; returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(Duration.ofSeconds(10));
    }

    /** SIGTERM: it commits what is open, leaves its groups and ends; killed if that takes too long. */
    public void stop() {
        process.destroy();
        if (!awaitEnd(Duration.ofSeconds(15))) {
            kill();
        }
    }

    /** SIGSTOP. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.PIECE_FAILED, "Cannot signal a process of the service: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
