package dev.sluice.embedded.chaos;

import dev.sluice.app.cli.ExitCodes;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One of the pipeline's instances over all its lives. Used by one thread. */
final class Instance implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(50);
    /** As the JVM counts a SIGTERM; or the command's own code for an orderly end, when it is there first. */
    private static final Set<Integer> ASKED_TO_END = Set.of(143, ExitCodes.INTERRUPTED);

    private final String name;
    private final Path folder;
    private final Path config;
    private final Path data;
    private @Nullable ServiceProcess process;
    private String point = "";
    private int lives;

    /**
     * @param folder its own, for its configuration, its state and its logs
     * @param data the platform's
     */
    Instance(String name, InstanceConfig configs, Path folder, Path data) {
        this.name = name;
        this.folder = folder;
        this.config = configs.write(name, folder);
        this.data = data;
    }

    /** @param at the point and the pass at which it is to die, empty for none */
    void start(String at) {
        point = at;
        lives++;
        process = ServiceProcess.start(config, data, at, folder.resolve("life-%04d.log".formatted(lives)));
    }

    boolean isDown() {
        return process == null;
    }

    /** The name of the point at which this life is to end, empty for none. */
    String point() {
        return point.split("[:@]", 2)[0];
    }

    /**
     * Waits until it has started, or died.
     *
     * @throws SluiceException when it ended by itself
     */
    void awaitStarted(Duration limit) {
        ServiceProcess running = required();
        long deadline = System.nanoTime() + limit.toNanos();
        while (running.isAlive() && !running.hasStarted()) {
            if (System.nanoTime() > deadline) {
                throw failed("it did not start within " + limit.toSeconds() + " s");
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        check();
    }

    /** Waits for the end of this life; true when it came by itself, at its point. */
    boolean awaitHalt(Duration limit) {
        boolean ended = required().awaitEnd(limit);
        check();
        return ended;
    }

    /**
     * True when it is dead, as it was meant to be.
     *
     * @throws SluiceException when it ended in any other way than by being killed
     */
    boolean check() {
        ServiceProcess running = process;
        if (running == null || running.isAlive()) {
            return false;
        }
        if (!running.wasKilled()) {
            throw failed("it ended by itself with exit code " + running.exitCode());
        }
        return true;
    }

    /** SIGKILL. */
    void kill() {
        required().kill();
    }

    /** Forgets a life that has ended. */
    void bury() {
        process = null;
    }

    void pause(Duration time) {
        ServiceProcess running = required();
        running.pause();
        LockSupport.parkNanos(time.toNanos());
        running.resume();
    }

    /**
     * SIGTERM; waits for the end.
     *
     * @throws SluiceException when the end was not an orderly one
     */
    void leave() {
        ServiceProcess running = required();
        running.stop();
        boolean halted = !point.isEmpty() && running.wasKilled();
        if (!ASKED_TO_END.contains(running.exitCode()) && !halted) {
            throw failed("asked to end it did so with exit code " + running.exitCode());
        }
        process = null;
    }

    private ServiceProcess required() {
        ServiceProcess running = process;
        if (running == null) {
            throw new IllegalStateException("Instance " + name + " is down");
        }
        return running;
    }

    private SluiceException failed(String reason) {
        return new SluiceException(
                ErrorCode.PIECE_FAILED,
                "Cannot go on with instance %s: %s, expected it to run until it is killed. What it said is in %s"
                        .formatted(name, reason, required().log()));
    }

    @Override
    public void close() {
        ServiceProcess running = process;
        if (running != null) {
            running.close();
        }
    }
}
