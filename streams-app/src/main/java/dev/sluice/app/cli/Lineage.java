package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.Ref;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is made from what, among some models and what they read. */
final class Lineage {
    private final List<Model> models;

    Lineage(List<Model> models) {
        this.models = models;
    }

    /** Every table under each table that it is made from; a table with several parents comes more than once. */
    List<String> tree() {
        List<String> lines = new ArrayList<>();
        for (String root : roots()) {
            lines.add(root);
            addChildren(root, "", lines);
        }
        return lines;
    }

    private void addChildren(String table, String indent, List<String> lines) {
        List<Model> children = readersOf(table);
        for (int i = 0; i < children.size(); i++) {
            boolean last = i == children.size() - 1;
            Model child = children.get(i);
            lines.add("%s%s %s  (%s)"
                    .formatted(indent, last ? "└─" : "├─", child.name(), ModelText.word(child.incremental())));
            addChildren(child.name(), indent + (last ? "   " : "│  "), lines);
        }
    }

    List<String> mermaid() {
        List<String> lines = new ArrayList<>(List.of("graph LR"));
        for (Model model : models) {
            for (Ref ref : model.refs()) {
                lines.add("    %s --> %s".formatted(ref.name(), model.name()));
            }
        }
        return lines;
    }

    ObjectNode json() {
        ObjectNode node = new ObjectMapper().createObjectNode();
        Set<String> tables = new LinkedHashSet<>(roots());
        models.forEach(model -> tables.add(model.name()));
        ArrayNode nodes = node.putArray("tables");
        tables.forEach(nodes::add);
        ArrayNode edges = node.putArray("edges");
        for (Model model : models) {
            for (Ref ref : model.refs()) {
                edges.addObject().put("from", ref.name()).put("to", model.name());
            }
        }
        return node;
    }

    /** What is read and not made here. */
    private Set<String> roots() {
        Set<String> made = new LinkedHashSet<>();
        models.forEach(model -> made.add(model.name()));
        Set<String> roots = new LinkedHashSet<>();
        models.forEach(model -> model.refs().stream()
                .map(Ref::name)
                .filter(name -> !made.contains(name))
                .forEach(roots::add));
        return roots;
    }

    private List<Model> readersOf(String table) {
        return models.stream()
                .filter(model ->
                        model.refs().stream().anyMatch(ref -> ref.name().equals(table)))
                .toList();
    }
}
