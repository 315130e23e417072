package dev.sluice.embedded.trino;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A Trino server that also ends when this JVM is asked to, by Ctrl-C or a termination signal. */
public final class TrinoUntilShutdown implements AutoCloseable {
    private final TrinoServer server;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Thread hook = new Thread(this::stop, "sluice-trino-stop");

    private TrinoUntilShutdown(TrinoServer server) {
        this.server = server;
    }

    /** See {@link TrinoServer#start(TrinoSettings, Consumer)}. */
    public static TrinoUntilShutdown start(TrinoSettings settings, Consumer<String> progress) {
        TrinoUntilShutdown running = new TrinoUntilShutdown(TrinoServer.start(settings, progress));
        Runtime.getRuntime().addShutdownHook(running.hook);
        return running;
    }

    public TrinoServer server() {
        return server;
    }

    /** Whether it was asked to end. */
    public boolean isStopping() {
        return stopping.get();
    }

    private void stop() {
        stopping.set(true);
        server.close();
    }

    @Override
    public void close() {
        if (!stopping.get()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The shutdown began in between; closing twice does no harm.
                stopping.set(true);
            }
        }
        server.close();
    }
}
