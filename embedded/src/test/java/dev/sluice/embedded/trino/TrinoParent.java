package dev.sluice.embedded.trino;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** A process that starts Trino, says so, and waits to be killed. */
final class TrinoParent {
    static final String READY = "trino is process ";

    private TrinoParent() {}

    public static void main(String[] arguments) throws InterruptedException {
        TrinoSettings settings = new TrinoSettings(
                Path.of(arguments[0]), Path.of(arguments[1]), URI.create("http://127.0.0.1:1"), 0, Map.of());
        TrinoServer server = TrinoServer.start(settings, System.out::println);
        System.out.println(READY + server.pid());
        server.await();
    }
}
