package dev.sluice.embedded.registry;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.embedded.connect.MavenFolder;
import dev.sluice.embedded.ingest.Await;
import dev.sluice.embedded.trino.Java25;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A real Apicurio registry in a process of its own, with its data in memory. */
public final class ApicurioServer implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);

    private final Process process;
    private final URI confluentApi;

    private ApicurioServer(Process process, URI confluentApi) {
        this.process = process;
        this.confluentApi = confluentApi;
    }

    /** Starts it, or skips the caller's tests on a machine without a Java for it. */
    public static ApicurioServer start(Path folder) throws Exception {
        Java25 java = java();
        Path app = MavenFolder.assemble("embedded/src/test/apicurio", "apicurio");
        int port = freePort();
        Path log = folder.resolve("apicurio.log");
        Process process = new ProcessBuilder(
                        java.executable().toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=" + port,
                        "-Dquarkus.management.host=127.0.0.1",
                        "-Dquarkus.management.port=0",
                        "-jar",
                        app.resolve("quarkus-run.jar").toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        ApicurioServer server =
                new ApicurioServer(process, URI.create("http://127.0.0.1:" + port + "/apis/ccompat/v7"));
        try {
            Await.until("Apicurio to answer", START, () -> server.answers() || !process.isAlive(), () -> text(log));
            if (!process.isAlive()) {
                throw new AssertionError("Apicurio ended: " + text(log));
            }
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    private static Java25 java() {
        try {
            return Java25.find();
        } catch (SluiceException e) {
            assumeTrue(false, "Apicurio needs a JDK 21 or newer; the one for Trino would do: " + e.getMessage());
            throw e;
        }
    }

    /** Where it speaks Confluent's interface. */
    public URI confluentApi() {
        return confluentApi;
    }

    private boolean answers() {
        HttpRequest subjects = HttpRequest.newBuilder(URI.create(confluentApi + "/subjects"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HttpClient.newHttpClient()
                            .send(subjects, BodyHandlers.ofString())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
