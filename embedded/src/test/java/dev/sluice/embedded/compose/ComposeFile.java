package dev.sluice.embedded.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.embedded.connect.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** {@code compose/compose.yaml} with {@code example.env}, as the tests that stand beside the stack need to know it. */
public final class ComposeFile {
    /** The folder of the stack's files. */
    public static final Path FOLDER = Checkout.path("compose");

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+):\\?[^}]*}");
    private static final String LOOPBACK = "127.0.0.1:";

    private final JsonNode services;
    private final Map<String, String> variables;

    private ComposeFile(JsonNode services, Map<String, String> variables) {
        this.services = services;
        this.variables = variables;
    }

    public static ComposeFile read() {
        return new ComposeFile(yaml(FOLDER.resolve("compose.yaml")).path("services"), exampleEnvironment());
    }

    /** A YAML file with its anchors merged. */
    static JsonNode yaml(Path file) {
        Object merged = new Yaml(new SafeConstructor(new LoaderOptions())).load(text(file));
        return JsonMapper.builder().build().valueToTree(merged);
    }

    /** The lines of {@code example.env}. */
    public static Map<String, String> exampleEnvironment() {
        Map<String, String> variables = new TreeMap<>();
        for (String line : text(FOLDER.resolve("example.env")).split("\n")) {
            String[] pair = line.split("=", 2);
            if (pair.length == 2 && !line.startsWith("#")) {
                variables.put(pair[0], pair[1]);
            }
        }
        return variables;
    }

    /** The services by name, variables as they are written. */
    Map<String, JsonNode> services() {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        services.properties().forEach(service -> all.put(service.getKey(), service.getValue()));
        return all;
    }

    public Set<String> names() {
        return services().keySet();
    }

    /** The services that run the Sluice image, in the file's order. */
    public List<String> instances() {
        return services().entrySet().stream()
                .filter(service -> service.getValue().path("image").asText().contains("SLUICE_IMAGE"))
                .map(Map.Entry::getKey)
                .toList();
    }

    public String image(String service) {
        return resolve(service(service).path("image").asText());
    }

    public List<String> command(String service) {
        List<String> words = new ArrayList<>();
        service(service).path("command").forEach(word -> words.add(resolve(word.asText())));
        return words;
    }

    /** What a container of this service finds in its environment. */
    public Map<String, String> environment(String service) {
        Map<String, String> environment = new TreeMap<>();
        service(service)
                .path("environment")
                .properties()
                .forEach(variable -> environment.put(
                        variable.getKey(), resolve(variable.getValue().asText())));
        return environment;
    }

    /** Where a port inside the stack is found on the host. */
    public String onHost(String service, int port) {
        for (JsonNode published : service(service).path("ports")) {
            String text = published.asText();
            if (text.startsWith(LOOPBACK) && text.endsWith(":" + port)) {
                return text.substring(0, text.lastIndexOf(':'));
            }
        }
        throw new IllegalStateException(service + " publishes no port " + port + " on the loopback address");
    }

    /** Where Kafka says that it listens, by the name of a listener. */
    public String kafkaListener(String listener) {
        return Arrays.stream(environment("kafka")
                        .getOrDefault("KAFKA_ADVERTISED_LISTENERS", "")
                        .split(","))
                .filter(address -> address.startsWith(listener + "://"))
                .map(address -> address.substring(address.indexOf("://") + 3))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("kafka advertises no listener " + listener));
    }

    private JsonNode service(String name) {
        if (!services.has(name)) {
            throw new IllegalStateException("compose.yaml has no service " + name);
        }
        return services.path(name);
    }

    private String resolve(String text) {
        Matcher matcher = VARIABLE.matcher(text);
        StringBuilder resolved = new StringBuilder();
        while (matcher.find()) {
            String value = variables.get(matcher.group(1));
            if (value == null) {
                throw new IllegalStateException("example.env has no " + matcher.group(1));
            }
            matcher.appendReplacement(resolved, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(resolved).toString();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
