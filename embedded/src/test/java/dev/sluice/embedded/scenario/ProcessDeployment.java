package dev.sluice.embedded.scenario;

import dev.sluice.app.cli.SluiceMain;
import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.embedded.compose.ComposeFile;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The instances of {@code compose.yaml} as processes: its commands, {@code compose/sluice.yaml}, and the environment it
 * gives them, of which nothing but the addresses is another one. Nothing else of Sluice or AWS is in their environment.
 */
final class ProcessDeployment implements Deployment {
    /** The class path of the tests holds what the image's does. */
    static final List<String> TEST_CLASS_PATH = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            SluiceMain.class.getName());

    private final ComposeFile compose = ComposeFile.read();
    private final List<String> program;
    private final Path folder;
    private final Neighbours neighbours;
    private final Path serviceConfig;
    private final Path configFile;
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, Process> processes = new HashMap<>();

    private ProcessDeployment(List<String> program, Path folder) throws Exception {
        this.program = program;
        this.folder = folder;
        this.neighbours = Neighbours.start(folder);
        this.serviceConfig = quick(StackConfig.read())
                .with(
                        "data",
                        folder.resolve("data").resolve("${SLUICE_INSTANCE}").toString())
                .with("http/bind", "127.0.0.1")
                .with("http/port", "${SLUICE_HTTP_PORT}")
                .write(folder.resolve("service.yaml"));
        Map<String, String> environment = environment("committer");
        this.configFile = StackConfig.read()
                .forThisJvm(folder.resolve("here"))
                .write(folder.resolve("here.yaml"), environment("committer"));
        instances().forEach(this::start);
    }

    /** @param program what stands before the service's own arguments: Java, its flags, and the main class */
    static ProcessDeployment start(List<String> program, Path folder) throws Exception {
        return new ProcessDeployment(program, folder);
    }

    /** Small micro-batches, and sessions that end soon after a kill. */
    private static StackConfig quick(StackConfig config) {
        return config.with("ingest/micro-batch", "300ms")
                .with("commit/interval", "300ms")
                .with("engine/memory", "256MB")
                .with("kafka/session.timeout.ms", "2500")
                .with("kafka/heartbeat.interval.ms", "500")
                .with("streams/consumer.session.timeout.ms", "2500")
                .with("streams/consumer.heartbeat.interval.ms", "500");
    }

    private Map<String, String> environment(String instance) {
        return neighbours.here(compose.environment(instance));
    }

    @Override
    public Path configFile() {
        return configFile;
    }

    @Override
    public SluiceConfig config() {
        return ConfigFile.load(configFile, Map.of());
    }

    @Override
    public List<String> instances() {
        return compose.instances();
    }

    @Override
    public void start(String instance) {
        List<String> command = new ArrayList<>(program);
        compose.command(instance)
                .forEach(word -> command.add(word.equals("/etc/sluice/sluice.yaml") ? serviceConfig.toString() : word));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(instance).toFile()));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("SLUICE_") || name.startsWith("AWS_"));
        environment.putAll(environment(instance));
        environment.put("SLUICE_HTTP_PORT", String.valueOf(ports.computeIfAbsent(instance, name -> freePort())));
        try {
            processes.put(instance, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void kill(String instance) {
        Process process = processes.get(instance);
        if (!process.isAlive()) {
            throw new AssertionError(instance + " ended by itself with " + process.exitValue() + "\n" + logs());
        }
        process.destroyForcibly().onExit().join();
    }

    @Override
    public boolean isReady(String instance) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + ports.get(instance) + "/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HttpClient.newHttpClient()
                            .send(request, BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String logs() {
        StringBuilder text = new StringBuilder();
        for (String instance : instances()) {
            try {
                text.append("\n== ").append(instance).append('\n').append(Files.readString(log(instance)));
            } catch (IOException e) {
                text.append(e);
            }
        }
        return text.toString();
    }

    private Path log(String instance) {
        return folder.resolve(instance + ".log");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        processes.values().forEach(process -> process.destroyForcibly().onExit().join());
        neighbours.close();
    }
}
