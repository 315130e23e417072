package dev.sluice.embedded.scenario;

import dev.sluice.app.config.SluiceConfig;
import java.nio.file.Path;
import java.util.List;

/** The order pipeline as it was deployed: what somebody beside it needs to use it, and to hurt it. */
interface Deployment extends AutoCloseable {
    /** The pipeline's configuration with the addresses and the secrets by which this JVM reaches its neighbours. */
    Path configFile();

    /** {@link #configFile()}, read. */
    SluiceConfig config();

    /** The service's instances by name. */
    List<String> instances();

    /** SIGKILL. It stays down until {@link #start}. */
    void kill(String instance);

    /** Starts an instance that was killed, with what it had on its disk. */
    void start(String instance);

    /** Whether the instance says itself, where its health check asks, that it is ready. */
    boolean isReady(String instance);

    /** What the instances have said, for the message of a test that fails. */
    String logs();

    @Override
    void close();
}
