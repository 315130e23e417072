package dev.sluice.embedded.demo;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.SluiceMain;
import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** {@code sluice backfill run} in a JVM of its own, so that it can die. */
final class BackfillProcess {
    private static final int LIMIT_MINUTES = 5;

    private final ConfigOption options;
    private final String topic;
    private final Instant until;

    /** @param until the records' time at which the backfill ends */
    BackfillProcess(ConfigOption options, String topic, Instant until) {
        this.options = options;
        this.topic = topic;
        this.until = until;
    }

    /** Runs it until the process halts, as if killed, at the nth pass of a point. */
    void killedAt(FaultPoint point, int nth) {
        Path log = options.dataFolder().resolve("killed-backfill.log");
        try {
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx1g",
                            "-XX:+UseSerialGC",
                            // It lives too short for the second compiler.
                            "-XX:TieredStopAtLevel=1",
                            "-D" + Faults.PROPERTY + "=" + point + ":" + nth,
                            "-cp",
                            System.getProperty("java.class.path"),
                            SluiceMain.class.getName(),
                            "backfill",
                            "run",
                            "--topic",
                            topic,
                            "--batch-by",
                            "day",
                            "--to-datetime",
                            until.toString(),
                            "--config",
                            options.file().toString(),
                            "--data",
                            options.dataFolder().toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                boolean ended = child.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
                if (!ended || child.exitValue() != Faults.HALTED) {
                    throw new SluiceException(
                            ErrorCode.BUG,
                            "Cannot kill the backfill: expected its process to end with %d, found %s; see %s"
                                    .formatted(
                                            Faults.HALTED,
                                            ended
                                                    ? child.exitValue()
                                                    : "it running after %d min".formatted(LIMIT_MINUTES),
                                            log));
                }
            } finally {
                child.destroyForcibly();
            }
        } catch (IOException e) {
            throw new SluiceException(ErrorCode.DATA_FOLDER, "Cannot start a process: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SluiceException(ErrorCode.BUG, "Cannot wait for a process: interrupted", e);
        }
    }
}
