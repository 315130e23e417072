package dev.sluice.embedded.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.cli.TextTable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tables of numbers, what they mean, and what must be true of them. */
final class Proof {
    private final String name;
    private final Map<String, Numbers> tables = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();

    Proof(String name) {
        this.name = name;
    }

    private record Claim(String what, boolean holds, String expected, String found) {}

    /** One table; a row has a value for each column. */
    record Numbers(List<String> columns, List<List<@Nullable Object>> rows) {
        void row(@Nullable Object... values) {
            List<@Nullable Object> row = new ArrayList<>();
            for (Object value : values) {
                row.add(value);
            }
            rows.add(row);
        }
    }

    Numbers table(String title, String... columns) {
        return tables.computeIfAbsent(title, none -> new Numbers(List.of(columns), new ArrayList<>()));
    }

    /** Says why the numbers are what they are. */
    void note(String text) {
        notes.add(text);
    }

    void claimEqual(String what, @Nullable Object expected, @Nullable Object found) {
        claims.add(new Claim(what, Objects.equals(expected, found), String.valueOf(expected), String.valueOf(found)));
    }

    void claim(String what, boolean holds, String expected, Object found) {
        claims.add(new Claim(what, holds, expected, found.toString()));
    }

    boolean holds() {
        return !claims.isEmpty() && claims.stream().allMatch(Claim::holds);
    }

    void printText(PrintWriter out) {
        tables.forEach((title, numbers) -> {
            out.println();
            out.println(title);
            TextTable text = new TextTable(numbers.columns());
            numbers.rows().forEach(row -> text.row(row.toArray()));
            text.lines().forEach(line -> out.println("  " + line));
        });
        if (!notes.isEmpty()) {
            out.println();
            notes.forEach(out::println);
        }
        out.println();
        for (Claim claim : claims) {
            out.printf(
                    "%s  %s%s%n",
                    claim.holds() ? "PASS" : "FAIL",
                    claim.what(),
                    claim.holds()
                            ? " (" + claim.found() + ")"
                            : ": expected " + claim.expected() + ", found " + claim.found());
        }
        out.println(holds() ? "The proof holds." : "The proof does not hold.");
        out.flush();
    }

    /** One line. */
    void printJson(PrintWriter out) {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = mapper.createObjectNode().put("proof", name).put("holds", holds());
        ObjectNode shown = json.putObject("tables");
        tables.forEach((title, numbers) -> {
            ArrayNode rows = shown.putArray(title);
            numbers.rows().forEach(row -> {
                ObjectNode object = rows.addObject();
                for (int i = 0; i < row.size(); i++) {
                    object.putPOJO(numbers.columns().get(i), row.get(i));
                }
            });
        });
        if (!notes.isEmpty()) {
            notes.forEach(json.putArray("notes")::add);
        }
        ArrayNode checks = json.putArray("claims");
        claims.forEach(claim -> checks.addObject()
                .put("what", claim.what())
                .put("holds", claim.holds())
                .put("expected", claim.expected())
                .put("found", claim.found()));
        out.println(json);
        out.flush();
    }
}
