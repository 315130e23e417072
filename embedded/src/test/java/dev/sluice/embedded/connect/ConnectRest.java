package dev.sluice.embedded.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the tests ask of a Kafka Connect worker over HTTP. */
final class ConnectRest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI worker;

    ConnectRest(URI worker) {
        this.worker = worker;
    }

    boolean answers() throws InterruptedException {
        try {
            return send("GET", "/connectors", null).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** The classes of the connectors this worker has. */
    Set<String> connectorClasses() throws IOException, InterruptedException {
        Set<String> classes = new TreeSet<>();
        read("GET", "/connector-plugins", null)
                .forEach(plugin -> classes.add(plugin.path("class").asText()));
        return classes;
    }

    void deploy(ConnectorFile file) throws IOException, InterruptedException {
        read("PUT", "/connectors/" + file.name() + "/config", file.config());
    }

    /** Stops the connector; its source offsets stay. */
    void remove(ConnectorFile file) throws IOException, InterruptedException {
        send("DELETE", "/connectors/" + file.name(), null);
    }

    /** What the connector's own classes object to in the file, as "key: message". */
    List<String> objections(ConnectorFile file) throws IOException, InterruptedException {
        JsonNode verdict = verdict(file);
        List<String> objections = new ArrayList<>();
        for (JsonNode option : verdict.path("configs")) {
            JsonNode value = option.path("value");
            value.path("errors")
                    .forEach(error -> objections.add(value.path("name").asText() + ": " + error.asText()));
        }
        return objections;
    }

    /** The keys of the file that neither the connector nor Connect defines. */
    List<String> unknownKeys(ConnectorFile file) throws IOException, InterruptedException {
        JsonNode verdict = verdict(file);
        Set<String> defined = new TreeSet<>();
        verdict.path("configs")
                .forEach(option ->
                        defined.add(option.path("definition").path("name").asText()));
        return file.keys().stream()
                .filter(key -> !defined.contains(key) && !isLeftOutByValidation(key))
                .toList();
    }

    /** RUNNING, FAILED and so on of connector and tasks, with the trace of a failure. */
    String state(ConnectorFile file) throws IOException, InterruptedException {
        return send("GET", "/connectors/" + file.name() + "/status", null).body();
    }

    boolean isRunning(ConnectorFile file) throws IOException, InterruptedException {
        JsonNode status = JSON.readTree(state(file));
        JsonNode tasks = status.path("tasks");
        if (tasks.path(0).path("state").asText().equals("FAILED")) {
            throw new IllegalStateException("Connector %s failed: %s".formatted(file.name(), status));
        }
        return tasks.path(0).path("state").asText().equals("RUNNING");
    }

    /** Connect defines these prefixes, but does not list their keys when it validates. */
    private static boolean isLeftOutByValidation(String key) {
        return key.startsWith("topic.creation.default.")
                || key.startsWith("consumer.override.")
                || key.startsWith("snapshot.select.statement.overrides.");
    }

    private JsonNode verdict(ConnectorFile file) throws IOException, InterruptedException {
        JsonNode config = file.config().deepCopy().put("name", file.name());
        return read("PUT", "/connector-plugins/" + file.connectorClass() + "/config/validate", config);
    }

    private JsonNode read(String method, String path, JsonNode body) throws IOException, InterruptedException {
        HttpResponse<String> response = send(method, path, body);
        if (response.statusCode() >= 300) {
            throw new IOException(
                    "%s %s answered %d: %s".formatted(method, path, response.statusCode(), response.body()));
        }
        return JSON.readTree(response.body());
    }

    private HttpResponse<String> send(String method, String path, JsonNode body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(worker.resolve(path))
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
