package dev.sluice.embedded.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The user's own {@code sluice.yaml} with the few things changed that a measurement needs. */
final class BenchConfig {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final TypeReference<Map<String, Object>> TREE = new TypeReference<>() {};
    private static final TypeReference<List<Map<String, Object>>> TREES = new TypeReference<>() {};

    private final Path original;
    private final Path folder;

    /** @param folder where the changed files go */
    BenchConfig(Path original, Path folder) {
        this.original = original.toAbsolutePath();
        this.folder = folder;
    }

    /**
     * The first source alone, landed from this topic into this table under a pipeline name of its own, without models.
     */
    Path landingOnly(String name, String topic, String table) {
        return write(name, topic, table, folder.resolve("no-models"));
    }

    /** The first source alone, with the models as they are. */
    Path withModels(String name, String topic) {
        return write(name, topic, null, null);
    }

    private Path write(String name, String topic, @Nullable String table, @Nullable Path models) {
        try {
            Map<String, Object> tree = YAML.readValue(original.toFile(), TREE);
            Map<String, Object> source = new LinkedHashMap<>(
                    YAML.convertValue(tree.get("sources"), TREES).get(0));
            source.put("topic", topic);
            if (table != null) {
                source.put("table", table);
            }
            tree.put("sources", List.of(source));
            tree.put("name", name);
            Path modelFolder = models == null
                    ? original.resolveSibling(String.valueOf(tree.getOrDefault("models", "models")))
                    : Files.createDirectories(models);
            tree.put("models", modelFolder.toAbsolutePath().toString());
            Path file = Files.createDirectories(folder).resolve(name + ".yaml");
            YAML.writeValue(file.toFile(), tree);
            return file;
        } catch (IOException | IllegalArgumentException e) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID, "Cannot use configuration " + original + ": " + e.getMessage(), e);
        }
    }
}
