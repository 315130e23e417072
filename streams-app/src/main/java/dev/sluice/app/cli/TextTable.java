package dev.sluice.app.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A table for a terminal: aligned columns, numbers to the right, long values cut. */
public final class TextTable {
    private static final int WIDEST = 48;

    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();
    private final boolean[] numeric;

    public TextTable(List<String> header) {
        this.header = List.copyOf(header);
        this.numeric = new boolean[header.size()];
        Arrays.fill(numeric, true);
    }

    public static TextTable of(String... header) {
        return new TextTable(List.of(header));
    }

    /** Adds a row; numbers are grouped by thousands when they are whole or exact. */
    public TextTable row(@Nullable Object... values) {
        if (values.length != header.size()) {
            throw new IllegalArgumentException("Expected " + header.size() + " values, found " + values.length);
        }
        List<String> cells = new ArrayList<>(values.length);
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            numeric[i] &= value == null || value instanceof Number;
            cells.add(cell(value));
        }
        rows.add(cells);
        return this;
    }

    private static String cell(@Nullable Object value) {
        String text = value == null ? "" : value instanceof Number number ? grouped(number) : value.toString();
        String line = text.replace('\n', ' ');
        return line.length() > WIDEST ? line.substring(0, WIDEST - 1) + "…" : line;
    }

    private static String grouped(Number number) {
        if (number instanceof Long || number instanceof Integer || number instanceof BigInteger) {
            return String.format(Locale.ROOT, "%,d", number);
        }
        return number instanceof BigDecimal exact
                ? String.format(Locale.ROOT, "%,." + Math.max(0, exact.scale()) + "f", exact)
                : number.toString();
    }

    /** The lines of the table, two spaces between columns, no trailing blanks. */
    public List<String> lines() {
        int[] widths = new int[header.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = header.get(i).length();
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>(rows.size() + 2);
        lines.add(line(header, widths));
        List<String> rules = new ArrayList<>();
        for (int width : widths) {
            rules.add("-".repeat(width));
        }
        lines.add(line(rules, widths));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - cells.get(i).length());
            line.append(i == 0 ? "" : "  ");
            line.append(numeric[i] && !rows.isEmpty() ? padding + cells.get(i) : cells.get(i) + padding);
        }
        return line.toString().stripTrailing();
    }
}
