package dev.sluice.app.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Holds the JVM's shutdown, on Ctrl-C or a termination signal, until the work that it stops has ended, but for less
 * than ten seconds.
 */
public final class ShutdownGate implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 9;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::shutDown, "sluice-shutdown");
    private Runnable stop = () -> {};
    private boolean shuttingDown;

    private ShutdownGate() {}

    /** From now on a shutdown of the JVM waits for {@link #close()}. */
    public static ShutdownGate open() {
        ShutdownGate gate = new ShutdownGate();
        Runtime.getRuntime().addShutdownHook(gate.hook);
        return gate;
    }

    /** What asks the work to end, and returns at once; called right away when the shutdown has begun. */
    public synchronized void onShutdown(Runnable action) {
        stop = action;
        if (shuttingDown) {
            action.run();
        }
    }

    public synchronized boolean isShuttingDown() {
        return shuttingDown;
    }

    private void shutDown() {
        synchronized (this) {
            shuttingDown = true;
            stop.run();
        }
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("sluice: Cannot stop in time; what was under way is redone at the next start.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        if (!isShuttingDown()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The shutdown began in between; the hook finds nothing to wait for.
                ended.countDown();
            }
        }
    }
}
