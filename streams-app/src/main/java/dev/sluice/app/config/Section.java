package dev.sluice.app.config;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.error.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the file while it is turned into a record: typed access to its keys, and at the end the check that it
 * has no others. Every complaint names file, line and the full key.
 */
final class Section {
    private final String file;
    private final String path;
    private final YamlNode.Mapping node;
    private final References references;
    private final Set<String> asked;
    private final Set<String> known = new TreeSet<>();

    /** @param asked gets the full name of every key that is asked for, there or not */
    Section(String file, String path, YamlNode node, References references, Set<String> asked) {
        this.file = file;
        this.path = path;
        this.references = references;
        this.asked = asked;
        if (!(node instanceof YamlNode.Mapping mapping)) {
            throw invalid(file, node.line(), path, "expected a mapping, found " + node.kind());
        }
        this.node = mapping;
    }

    /** The value as text with the environment resolved, or null where the key is absent or empty. */
    @Nullable
    String text(String key) {
        return value(key, Function.identity());
    }

    String text(String key, String fallback) {
        String text = text(key);
        return text == null ? fallback : text;
    }

    String required(String key) {
        String text = text(key);
        if (text == null || text.isBlank()) {
            throw invalid(file, lineOf(key), full(key), "expected a value, found none");
        }
        return text;
    }

    /** The value turned by {@code parser}; what the parser throws is reported with the key's place. */
    <T> @Nullable T value(String key, Function<String, T> parser) {
        know(key);
        YamlNode found = node.entries().get(key);
        if (found == null) {
            return null;
        }
        if (!(found instanceof YamlNode.Scalar scalar)) {
            throw invalid(file, found.line(), full(key), "expected a value, found " + found.kind());
        }
        String raw = scalar.text();
        if (raw == null) {
            return null;
        }
        return at(lineOf(key), full(key), () -> parser.apply(references.resolve(raw)));
    }

    <T> T value(String key, T fallback, Function<String, T> parser) {
        T value = value(key, parser);
        return value == null ? fallback : value;
    }

    int integer(String key, int fallback) {
        return value(key, fallback, text -> {
            try {
                return Integer.valueOf(text.trim());
            } catch (NumberFormatException e) {
                throw new SluiceException(ErrorCode.CONFIG_INVALID, "expected a whole number, found " + text, e);
            }
        });
    }

    /** A free mapping of properties, nested mappings flattened with dots. Empty where the key is absent. */
    Map<String, String> properties(String key) {
        know(key);
        Map<String, String> properties = new LinkedHashMap<>();
        YamlNode found = node.entries().get(key);
        if (found != null && !(found instanceof YamlNode.Scalar scalar && scalar.text() == null)) {
            flatten("", found, full(key), properties);
        }
        return properties;
    }

    private void flatten(String prefix, YamlNode found, String place, Map<String, String> into) {
        if (found instanceof YamlNode.Mapping mapping) {
            mapping.entries()
                    .forEach((name, child) ->
                            flatten(prefix.isEmpty() ? name : prefix + "." + name, child, place + "." + name, into));
        } else if (found instanceof YamlNode.Scalar scalar && !prefix.isEmpty()) {
            String raw = scalar.text() == null ? "" : scalar.text();
            into.put(prefix, at(scalar.line(), place, () -> references.resolve(raw)));
        } else {
            throw invalid(file, found.line(), place, "expected a mapping of properties, found " + found.kind());
        }
    }

    /** The nested mapping, an empty one where the key is absent. */
    Section section(String key) {
        know(key);
        YamlNode found = node.entries().get(key);
        boolean absent = found == null || (found instanceof YamlNode.Scalar scalar && scalar.text() == null);
        YamlNode child = absent || found == null ? new YamlNode.Mapping(node.line(), Map.of(), Map.of()) : found;
        return new Section(file, full(key), child, references, asked);
    }

    /** The mappings of a list, none where the key is absent. */
    List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        for (YamlNode item : items(key)) {
            sections.add(new Section(file, full(key) + "[" + sections.size() + "]", item, references, asked));
        }
        return sections;
    }

    /** The values of a list, none where the key is absent. */
    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (YamlNode item : items(key)) {
            if (!(item instanceof YamlNode.Scalar scalar) || scalar.text() == null) {
                throw invalid(file, item.line(), full(key), "expected a list of values, found " + item.kind());
            }
            String raw = scalar.text();
            texts.add(at(item.line(), full(key), () -> references.resolve(raw)));
        }
        return texts;
    }

    private List<YamlNode> items(String key) {
        know(key);
        YamlNode found = node.entries().get(key);
        if (found == null) {
            return List.of();
        }
        if (!(found instanceof YamlNode.Sequence sequence)) {
            throw invalid(file, found.line(), full(key), "expected a list, found " + found.kind());
        }
        return sequence.items();
    }

    /** Refuses keys that nobody asked for, then builds the record; what it throws is reported with this place. */
    <T> T build(Supplier<T> record) {
        for (String key : node.entries().keySet()) {
            if (!known.contains(key)) {
                throw invalid(
                        file,
                        lineOf(key),
                        full(key),
                        "unknown key, did you mean " + Suggestion.nearest(key, known) + "? expected one of "
                                + String.join(", ", known));
            }
        }
        return at(node.line(), path, record);
    }

    private <T> T at(int line, String place, Supplier<T> action) {
        try {
            return action.get();
        } catch (SluiceException e) {
            if (e.getMessage() != null && e.getMessage().startsWith("Cannot read configuration")) {
                throw e;
            }
            throw invalid(file, line, place, String.valueOf(e.getMessage()));
        }
    }

    private void know(String key) {
        known.add(key);
        asked.add(full(key));
    }

    private int lineOf(String key) {
        return node.keyLines().getOrDefault(key, node.line());
    }

    private String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static SluiceException invalid(String file, int line, String place, String reason) {
        String key = place.isEmpty() ? "" : "key " + place + ": ";
        return new SluiceException(
                ErrorCode.CONFIG_INVALID, "Cannot read configuration " + file + ":" + line + ": " + key + reason);
    }
}
