package dev.sluice.embedded.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.embedded.compose.ComposeFile;
import dev.sluice.embedded.connect.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** {@code compose/sluice.yaml}, changed only where a process outside the containers must find something elsewhere. */
final class StackConfig {
    private static final YAMLMapper YAML = new YAMLMapper();

    private final ObjectNode root;

    private StackConfig(ObjectNode root) {
        this.root = root;
    }

    /** The file with the models of the checkout, which are those that the image holds. */
    static StackConfig read() {
        try {
            ObjectNode root = (ObjectNode)
                    YAML.readTree(ComposeFile.FOLDER.resolve("sluice.yaml").toFile());
            root.put("models", Checkout.path("models").toString());
            return new StackConfig(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sets a value by the names of its sections and its key, separated by slashes. */
    StackConfig with(String path, String value) {
        String[] names = path.split("/");
        ObjectNode section = root;
        for (int i = 0; i < names.length - 1; i++) {
            JsonNode next = section.get(names[i]);
            section = next instanceof ObjectNode there ? there : section.putObject(names[i]);
        }
        section.put(names[names.length - 1], value);
        return this;
    }

    /** For a test that reads what the service wrote: S3's credentials are not in its environment. */
    StackConfig forThisJvm(Path data) {
        return with("data", data.toString())
                .with("catalog/properties/s3.access-key-id", "${AWS_ACCESS_KEY_ID}")
                .with("catalog/properties/s3.secret-access-key", "${AWS_SECRET_ACCESS_KEY}");
    }

    /** Writes the file, its variables as they are. */
    Path write(Path file) {
        return write(file, Map.of());
    }

    /** Writes the file with the values of these variables in their places, for readers of another environment. */
    Path write(Path file, Map<String, String> values) {
        try {
            String text = YAML.writeValueAsString(root);
            for (Map.Entry<String, String> variable : values.entrySet()) {
                text = text.replace("${" + variable.getKey() + "}", variable.getValue());
            }
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
