package dev.sluice.embedded.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One connector of connect-config: its file, its name and its settings. */
record ConnectorFile(Path file, String name, ObjectNode config) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static ConnectorFile read(String fileName) throws IOException {
        return read(Checkout.path("connect-config").resolve(fileName));
    }

    /** All that are shipped. */
    static List<ConnectorFile> all() throws IOException {
        List<ConnectorFile> all = new ArrayList<>();
        try (var files = Files.newDirectoryStream(Checkout.path("connect-config"), "*.json")) {
            for (Path file : files) {
                all.add(read(file));
            }
        }
        return all;
    }

    String connectorClass() {
        return text("connector.class");
    }

    /** The setting, empty when the file has none. */
    String text(String key) {
        return config.path(key).asText();
    }

    List<String> keys() {
        List<String> keys = new ArrayList<>();
        config.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @Override
    public String toString() {
        return file.getFileName().toString();
    }

    private static ConnectorFile read(Path file) throws IOException {
        JsonNode read = JSON.readTree(file.toFile());
        return new ConnectorFile(file, read.path("name").asText(), (ObjectNode) read.path("config"));
    }
}
