package dev.sluice.app.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parsed YAML value that remembers the line it stands on. */
sealed interface YamlNode {
    /** One-based. */
    int line();

    /** Keys in the order of the file. */
    record Mapping(int line, Map<String, YamlNode> entries, Map<String, Integer> keyLines) implements YamlNode {}

    record Sequence(int line, List<YamlNode> items) implements YamlNode {}

    /**
     * Anything that is not nested.
     *
     * @param text null for YAML's null or an empty value
     */
    record Scalar(int line, @Nullable String text) implements YamlNode {}

    /** The word for messages. */
    default String kind() {
        if (this instanceof Mapping) {
            return "a mapping";
        }
        if (this instanceof Sequence) {
            return "a list";
        }
        return "a value";
    }
}
