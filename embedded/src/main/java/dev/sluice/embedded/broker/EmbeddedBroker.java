package dev.sluice.embedded.broker;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka node, broker and controller, in this JVM and on 127.0.0.1 only. Topics, records, consumer offsets and
 * transactions are in its folder and survive a restart, a kill and a change of port; the cluster id never changes.
 * Records are in the operating system's cache when they are acknowledged, as always in Kafka: a kill loses nothing, a
 * power cut may.
 *
 * <p>Kafka itself halts the JVM when the disk under its logs fails.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(6);

    private final BrokerFaults faults;
    private final LoopbackSockets sockets;
    private final BrokerServer broker;
    private final ControllerServer controller;
    private final int port;

    private EmbeddedBroker(
            BrokerFaults faults, LoopbackSockets sockets, BrokerServer broker, ControllerServer controller, int port) {
        this.faults = faults;
        this.sockets = sockets;
        this.broker = broker;
        this.controller = controller;
        this.port = port;
    }

    /** {@link #start(Path, int, Map)} without overrides. */
    public static EmbeddedBroker start(Path folder, int port) {
        return start(folder, port, Map.of());
    }

    /**
     * Starts the node, and returns when it serves clients.
     *
     * @param folder its data; made and formatted when it is not there. Nobody else may use it meanwhile
     * @param port of the client listener; 0 for any free one
     * @param overrides Kafka's own broker settings, which win over ours
     * @throws SluiceException PORT_IN_USE; DATA_FOLDER when the folder cannot be formatted; KAFKA_UNAVAILABLE when the
     *     node does not come up
     */
    public static EmbeddedBroker start(Path folder, int port, Map<String, String> overrides) {
        Path absolute = folder.toAbsolutePath().normalize();
        LoopbackSockets sockets = new LoopbackSockets();
        try {
            int clientPort = sockets.bind(BrokerSettings.CLIENT_LISTENER, port);
            int controllerPort = sockets.bind(BrokerSettings.CONTROLLER_LISTENER, 0);
            BrokerStorage.formatIfNew(absolute);
            EmbeddedBroker made = assemble(
                    BrokerSettings.of(absolute, clientPort, controllerPort, overrides),
                    sockets,
                    clientPort,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), controllerPort));
            made.startUp(absolute);
            return made;
        } catch (RuntimeException e) {
            closeQuietly(sockets);
            throw e;
        }
    }

    /** Where clients connect, for {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return LoopbackSockets.HOST + ":" + port;
    }

    public int port() {
        return port;
    }

    /** Kafka's id of this cluster, given when the folder was formatted. */
    public String clusterId() {
        return broker.clusterId();
    }

    /** Stops the node cleanly; after a few seconds it is left to itself, and the next start recovers its logs. */
    @Override
    public void close() {
        Thread stopping = new Thread(this::shutDown, "sluice-broker-stop");
        stopping.setDaemon(true);
        stopping.start();
        try {
            stopping.join(CLOSE_LIMIT.toMillis());
            if (stopping.isAlive()) {
                LOG.warn("The embedded broker did not stop in time limit={}", CLOSE_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static EmbeddedBroker assemble(
            Map<String, String> settings, LoopbackSockets sockets, int port, InetSocketAddress controllerAddress) {
        KafkaConfig config = new KafkaConfig(settings, false);
        BrokerFaults faults = new BrokerFaults();
        var directories = KafkaRaftServer.initializeLogDirs(config, LOG, "");
        String clusterId = directories._1().clusterId().orElseThrow();
        SharedServer shared = new SharedServer(
                config,
                directories._1(),
                Time.SYSTEM,
                Server.initializeMetrics(config, Time.SYSTEM, clusterId),
                CompletableFuture.completedFuture(Map.of(BrokerSettings.NODE_ID, controllerAddress)),
                List.of(),
                faults,
                sockets);
        ControllerServer controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), directories._2());
        return new EmbeddedBroker(faults, sockets, new BrokerServer(shared), controller, port);
    }

    private void startUp(Path folder) {
        try {
            controller.startup();
            broker.startup();
        } catch (RuntimeException e) {
            close();
            RuntimeException fault = faults.fatal();
            throw new SluiceException(
                    ErrorCode.KAFKA_UNAVAILABLE,
                    "Cannot start the Kafka broker in folder %s: %s"
                            .formatted(folder, (fault == null ? e : fault).getMessage()),
                    e);
        }
    }

    private void shutDown() {
        // The broker first: it says goodbye to the controller, which makes its next start a clean one.
        broker.shutdown();
        controller.shutdown();
        closeQuietly(sockets);
    }

    private static void closeQuietly(LoopbackSockets sockets) {
        try {
            sockets.close();
        } catch (IOException e) {
            LOG.warn("A socket of the embedded broker could not be closed", e);
        }
    }
}
