package dev.sluice.embedded.connect;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * One Kafka Connect worker as a child process, from one of the worker files in connect-config. It can be killed and
 * started again, and then keeps its port and its source offsets; a standalone one forgets its connectors.
 */
final class ConnectWorker implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path worker;
    private final String mainClass;
    private final Path properties;
    private final Path offsets;
    private final Path log;
    private final Map<String, String> environment;
    private final URI rest;
    private Process process;

    private ConnectWorker(
            Path worker,
            String mainClass,
            Path properties,
            Path offsets,
            Path log,
            Map<String, String> environment,
            URI rest)
            throws IOException {
        this.worker = worker;
        this.mainClass = mainClass;
        this.properties = properties;
        this.offsets = offsets;
        this.log = log;
        this.environment = environment;
        this.rest = rest;
        this.process = launch();
    }

    /**
     * @param workerFile a worker file of connect-config, by its name
     * @param environment what the worker file and the connector files ask for by <code>${env:NAME}</code>
     * @param folder for offsets and the worker file as it was used; the log stays in this module's {@code target}
     */
    static ConnectWorker start(String workerFile, Map<String, String> environment, Path folder) throws Exception {
        Path jars = MavenFolder.assemble("embedded/src/test/connect", "worker");
        Path plugins = MavenFolder.assemble("connect-config/plugins", "plugins");
        String listen = "127.0.0.1:" + freePort();
        Map<String, String> all = new HashMap<>(environment);
        all.put("SLUICE_CONNECT_LISTEN", listen);
        Properties settings = new Properties();
        try (var shipped = Files.newBufferedReader(Checkout.path("connect-config/worker/" + workerFile))) {
            settings.load(shipped);
        }
        settings.setProperty("plugin.path", plugins.toString());
        Path offsets = folder.resolve("connect.offsets");
        if (settings.containsKey("offset.storage.file.filename")) {
            settings.setProperty("offset.storage.file.filename", offsets.toString());
        }
        Path properties = folder.resolve("worker.properties");
        try (var out = Files.newBufferedWriter(properties)) {
            settings.store(out, null);
        }
        String mainClass = "org.apache.kafka.connect.cli."
                + (workerFile.startsWith("distributed") ? "ConnectDistributed" : "ConnectStandalone");
        ConnectWorker started = new ConnectWorker(
                jars, mainClass, properties, offsets, freshLog(), all, URI.create("http://" + listen));
        started.awaitReady();
        return started;
    }

    ConnectRest rest() {
        return new ConnectRest(rest);
    }

    Path log() {
        return log;
    }

    /** Whether the file of source offsets says that a CDC connector is past its snapshot. */
    boolean hasKeptItsPlaceInTheLog() throws IOException {
        if (!Files.exists(offsets)) {
            return false;
        }
        String kept = Files.readString(offsets, StandardCharsets.ISO_8859_1);
        return kept.contains("lsn_proc") && !kept.contains("\"snapshot\"");
    }

    /** As {@code kill -9}: nothing is flushed, no connection is closed. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void restart() throws Exception {
        process = launch();
        awaitReady();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private Process launch() throws IOException {
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.clients=warn",
                "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn",
                "-cp",
                worker.resolve("*").toString(),
                mainClass,
                properties.toString());
        java.environment().putAll(environment);
        return java.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private void awaitReady() throws Exception {
        Deadline.in(START_LIMIT).until("Kafka Connect to answer, see " + log, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(
                        "Kafka Connect ended with %d, see %s".formatted(process.exitValue(), log));
            }
            return rest().answers();
        });
    }

    private static Path freshLog() throws IOException {
        Path log = Checkout.path("embedded/target/connect-worker-%d.log"
                .formatted(ProcessHandle.current().pid()));
        Files.createDirectories(log.getParent());
        Files.deleteIfExists(log);
        return log;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
