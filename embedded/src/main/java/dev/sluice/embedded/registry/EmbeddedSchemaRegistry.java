package dev.sluice.embedded.registry;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A schema registry at 127.0.0.1 that Confluent's clients can talk to. It keeps Avro schemas in a log file in its
 * folder, and comes back with the same ids from it. New subjects are {@code BACKWARD} until somebody sets another
 * level.
 */
public final class EmbeddedSchemaRegistry implements AutoCloseable {
    private static final int THREADS = 4;

    private final HttpServer server;
    private final ExecutorService threads;
    private final RegistryRules rules;

    private EmbeddedSchemaRegistry(HttpServer server, ExecutorService threads, RegistryRules rules) {
        this.server = server;
        this.threads = threads;
        this.rules = rules;
    }

    /**
     * Replays the folder's log and starts to answer.
     *
     * @param folder made if it is missing
     * @param port 0 for any free one
     * @throws SluiceException {@code PORT_IN_USE}; {@code DATA_FOLDER} if the log is unreadable;
     *     {@code DATA_FOLDER_HELD} if another registry has it open
     */
    public static EmbeddedSchemaRegistry start(Path folder, int port) {
        HttpServer server = bind(port);
        try {
            RegistryRules rules = RegistryRules.replay(RegistryLog.open(folder));
            ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
                Thread thread = new Thread(task, "embedded-schema-registry");
                thread.setDaemon(true);
                return thread;
            });
            server.createContext("/", new RegistryHandler(new RegistryRoutes(rules)));
            server.setExecutor(threads);
            server.start();
            return new EmbeddedSchemaRegistry(server, threads, rules);
        } catch (RuntimeException e) {
            server.stop(0);
            throw e;
        }
    }

    private static HttpServer bind(int port) {
        // The JDK's server sends headers and body apart; without this each answer waits 40 ms for the client's
        // delayed acknowledgement. The server reads it once in a JVM, and has no other way to be told.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            return HttpServer.create(new InetSocketAddress(loopback, port), 0);
        } catch (BindException e) {
            throw new SluiceException(
                    ErrorCode.PORT_IN_USE,
                    "Cannot start the embedded schema registry on port %d: expected a free port, found %s"
                            .formatted(port, e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.REGISTRY_UNAVAILABLE,
                    "Cannot start the embedded schema registry on port %d: expected a server socket, found %s"
                            .formatted(port, e),
                    e);
        }
    }

    /** Where it answers, for example {@code http://127.0.0.1:8081}. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Stops answering and lets go of the folder. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
        rules.close();
    }
}
