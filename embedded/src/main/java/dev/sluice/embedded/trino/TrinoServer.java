package dev.sluice.embedded.trino;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A Trino server of one node in a child process, on 127.0.0.1, over an Iceberg REST catalog whose tables are in local
 * folders. It ends with {@link #close()} or with this process, however this process ends.
 */
public final class TrinoServer implements AutoCloseable {
    /** The variable of the shipped configuration that says where the cluster is. */
    public static final String URL_VARIABLE = TrinoEndpointFile.VARIABLE;

    /** The catalog's name in SQL: {@code iceberg.silver.orders}. */
    public static final String CATALOG = "iceberg";

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration ASK_EVERY = Duration.ofMillis(100);
    private static final Duration END_WITHIN = Duration.ofSeconds(10);
    /** The first run writes the start-up cache when it ends. */
    private static final Duration RECORD_WITHIN = Duration.ofMinutes(2);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final int port;
    private final StartupCache cache;
    private final TrinoEndpointFile announced;
    private final Consumer<String> progress;
    private Duration readyAfter = Duration.ZERO;
    private boolean closed;

    private TrinoServer(
            Process process, int port, StartupCache cache, TrinoEndpointFile announced, Consumer<String> progress) {
        this.process = process;
        this.port = port;
        this.cache = cache;
        this.announced = announced;
        this.progress = progress;
    }

    /**
     * Fetches Trino if need be, starts it, and returns when it answers queries.
     *
     * @param progress told in one line each what is going on
     * @throws SluiceException JAVA_MISSING without a JDK 25; PORT_IN_USE; PIECE_FAILED when Trino cannot be fetched or
     *     does not come up; DATA_FOLDER when the folder cannot be written
     */
    public static TrinoServer start(TrinoSettings settings, Consumer<String> progress) {
        long begun = System.nanoTime();
        Java25 java = Java25.find();
        TrinoServer server = start(
                settings, java, TrinoDistribution.in(settings.cache().resolve("distribution"), progress), progress);
        server.readyAfter = Duration.ofNanos(System.nanoTime() - begun);
        return server;
    }

    static TrinoServer start(
            TrinoSettings settings, Java25 java, TrinoDistribution distribution, Consumer<String> progress) {
        int port = claim(settings.port());
        TrinoServer server;
        try {
            StartupCache cache = StartupCache.in(settings.cache().resolve("aot"), java, distribution.classPath());
            Path config = new TrinoFiles(settings, distribution, port).write();
            Process process = new ProcessBuilder(command(java, distribution, cache, config))
                    .directory(settings.home().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(startLog(settings).toFile())
                    .start();
            TrinoEndpointFile announced = TrinoEndpointFile.of(settings.data());
            server = new TrinoServer(process, port, cache, announced, progress);
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.DATA_FOLDER,
                    "Cannot start Trino in %s: %s".formatted(settings.home(), e.getMessage()),
                    e);
        }
        try {
            server.awaitReady(settings);
            server.announced.write(server.jdbcUrl());
            return server;
        } catch (RuntimeException e) {
            server.process.destroyForcibly();
            throw e;
        }
    }

    private static List<String> command(Java25 java, TrinoDistribution distribution, StartupCache cache, Path config) {
        List<String> command = new ArrayList<>();
        command.add(java.executable().toString());
        // C1 only: queries here are small, and the start is what people wait for.
        command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"));
        command.add(cache.flag());
        command.addAll(List.of(
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djdk.attach.allowAttachSelf=true",
                "-Dconfig=" + config));
        command.add("-cp");
        command.add(
                distribution.classPath().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        command.addAll(List.of(TrinoMain.class.getName(), TrinoDistribution.VERSION));
        return command;
    }

    /**
     * The port asked for, or a free one. Another process may take it before Trino does; Trino then says so in its log.
     */
    private static int claim(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.PORT_IN_USE,
                    "Cannot start Trino: port %d of 127.0.0.1 cannot be bound, expected a free port, found %s"
                            .formatted(port, e.getMessage()),
                    e);
        }
    }

    private void awaitReady(TrinoSettings settings) {
        HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        try {
            while (!answers(http)) {
                if (process.waitFor(ASK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw notUp(settings, "it ended with code " + process.exitValue());
                }
                if (System.nanoTime() > deadline) {
                    throw notUp(settings, "it was not ready after " + READY_WITHIN.toSeconds() + " s");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notUp(settings, "the start was interrupted");
        }
    }

    private boolean answers(HttpClient http) throws InterruptedException {
        HttpRequest info = HttpRequest.newBuilder(uri().resolve("/v1/info"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            HttpResponse<String> answer = http.send(info, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200
                    && !JSON.readTree(answer.body()).path("starting").asBoolean(true);
        } catch (IOException e) {
            return false;
        }
    }

    private static Path startLog(TrinoSettings settings) {
        return settings.logs().resolve("trino-start.log");
    }

    private static SluiceException notUp(TrinoSettings settings, String reason) {
        return new SluiceException(
                ErrorCode.PIECE_FAILED,
                "Cannot start Trino %s: %s, expected it to answer on 127.0.0.1; its logs are %s and %s"
                        .formatted(
                                TrinoDistribution.VERSION,
                                reason,
                                settings.logs().resolve("trino.log"),
                                startLog(settings)));
    }

    /** Where clients connect, {@code http://127.0.0.1:<port>}. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The URL for JDBC clients; it needs a user and no password. */
    public String jdbcUrl() {
        return "jdbc:trino://127.0.0.1:" + port + "/" + CATALOG;
    }

    /** How long it took to answer queries, with all that was fetched and put together before. */
    public Duration readyAfter() {
        return readyAfter;
    }

    /** What the start-up cache did for this start, for people. */
    public String cacheUse() {
        return cache.recorded() ? "start-up cache used" : "start-up cache made when it stops";
    }

    public boolean running() {
        return process.isAlive();
    }

    /** The process id of the server. */
    public long pid() {
        return process.pid();
    }

    /** Returns when the server has ended, asked to or not, and answers its exit code. */
    public int await() throws InterruptedException {
        return process.waitFor();
    }

    /**
     * Ends the server: in less than a second, or in about 20 s after the first run, which writes the start-up cache. A
     * second call waits for the first.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        announced.delete(jdbcUrl());
        List<ProcessHandle> children = process.descendants().toList();
        try {
            process.getOutputStream().close();
            boolean recording = !cache.recorded();
            if (recording && process.isAlive()) {
                progress.accept("Trino is writing its start-up cache (once; about 20 s)");
            }
            if (process.waitFor((recording ? RECORD_WITHIN : END_WITHIN).toSeconds(), TimeUnit.SECONDS)) {
                cache.publish();
            }
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            children.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
