package dev.sluice.sink.model;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A YAML value that knows its line, so that every complaint about it can say where. */
final class YamlNode {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})\\s*([smhd])");

    private final Place file;
    private final Node node;

    private YamlNode(Place file, Node node) {
        this.file = file;
        this.node = node;
    }

    /** The document in a file; empty when the file holds none. */
    static Optional<YamlNode> read(Path path) {
        Place place = new Place(path, 0);
        try (Reader reader = Files.newBufferedReader(path)) {
            Node root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(reader);
            return root == null ? Optional.empty() : Optional.of(new YamlNode(place, root));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw place.at(line).error("Cannot read YAML: %s".formatted(e.getProblem()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Place place() {
        return file.at(node.getStartMark().getLine() + 1);
    }

    /** The entries of a mapping that may have only the given keys. */
    Map<String, YamlNode> map(String what, List<String> allowed) {
        Map<String, YamlNode> entries = entries(what);
        entries.forEach((key, value) -> {
            if (!allowed.contains(key)) {
                throw value.place()
                        .error("Cannot read %s: unknown key, expected one of %s, found %s"
                                .formatted(what, allowed, key));
            }
        });
        return entries;
    }

    /** The entries of a mapping with any keys. */
    Map<String, YamlNode> entries(String what) {
        if (!(node instanceof MappingNode mapping)) {
            throw place().error("Cannot read %s: expected keys and values, found %s".formatted(what, shown()));
        }
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            YamlNode key = new YamlNode(file, tuple.getKeyNode());
            if (entries.put(key.text(what), new YamlNode(file, tuple.getValueNode())) != null) {
                throw key.place().error("Cannot read %s: key %s is there twice".formatted(what, key.text(what)));
            }
        }
        return entries;
    }

    List<YamlNode> list(String what) {
        if (!(node instanceof SequenceNode sequence)) {
            throw place().error("Cannot read %s: expected a list, found %s".formatted(what, shown()));
        }
        return sequence.getValue().stream()
                .map(item -> new YamlNode(file, item))
                .toList();
    }

    List<String> texts(String what) {
        return list(what).stream().map(item -> item.text(what)).toList();
    }

    String text(String what) {
        if (!(node instanceof ScalarNode scalar)) {
            throw place().error("Cannot read %s: expected one value, found %s".formatted(what, shown()));
        }
        return scalar.getValue();
    }

    /** A whole number with one of the units s, m, h and d. */
    Duration duration(String what, String key) {
        Matcher duration = DURATION.matcher(text(key));
        if (!duration.matches()) {
            throw place().error("Cannot use %s: expected %s such as 30m, 24h or 7d, found %s"
                    .formatted(what, key, text(key)));
        }
        long amount = Long.parseLong(duration.group(1));
        return switch (duration.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    boolean isText() {
        return node instanceof ScalarNode;
    }

    /** The value as plain Java: text, list or map. */
    Object plain(String what) {
        if (node instanceof SequenceNode) {
            List<Object> items = new ArrayList<>();
            list(what).forEach(item -> items.add(item.plain(what)));
            return items;
        }
        if (node instanceof MappingNode) {
            Map<String, Object> items = new LinkedHashMap<>();
            entries(what).forEach((key, value) -> items.put(key, value.plain(what)));
            return items;
        }
        return text(what);
    }

    private String shown() {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue().isEmpty() ? "nothing" : scalar.getValue();
        }
        return node instanceof SequenceNode ? "a list" : "keys and values";
    }
}
