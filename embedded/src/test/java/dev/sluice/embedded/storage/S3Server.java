package dev.sluice.embedded.storage;

import dev.sluice.embedded.connect.MavenFolder;
import dev.sluice.embedded.ingest.Await;
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

/** S3Proxy in a process of its own, with its objects in memory and one bucket. */
public final class S3Server implements AutoCloseable {
    private final Process process;
    private final URI uri;

    private S3Server(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /**
     * Starts it.
     *
     * @param accessKey and the next: what requests must be signed with
     */
    public static S3Server start(Path folder, String accessKey, String secretKey) throws Exception {
        Path jars = MavenFolder.assemble("embedded/src/test/s3", "server");
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        URI uri = URI.create("http://127.0.0.1:" + port);
        Path config = Files.writeString(folder.resolve("s3proxy.properties"), """
                s3proxy.endpoint=%s
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                s3proxy.ignore-unknown-headers=true
                jclouds.provider=transient-nio2
                jclouds.identity=unused
                jclouds.credential=unused
                """.formatted(uri, accessKey, secretKey));
        Path quiet = Files.writeString(
                folder.resolve("logback.xml"), "<configuration><root level=\"OFF\"/></configuration>");
        Path log = folder.resolve("s3proxy.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dlogback.configurationFile=" + quiet,
                        "-cp",
                        jars + "/*",
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        config.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        S3Server server = new S3Server(process, uri);
        try {
            Await.until(
                    "the S3 server to answer",
                    Duration.ofSeconds(60),
                    () -> server.answers() || !process.isAlive(),
                    () -> text(log));
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    public URI uri() {
        return uri;
    }

    /** Whether it refuses us, which it does when it is up: the request is not signed. */
    private boolean answers() {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
            return HttpClient.newHttpClient()
                            .send(request, BodyHandlers.discarding())
                            .statusCode()
                    == 403;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
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
