package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.audit.AuditReport;
import dev.sluice.sink.audit.AuditLine;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** How an audit is shown: by promise, one line per check, for people; one object for programs. */
public final class AuditText {
    private AuditText() {}

    /** Prints every line under its promise and what was compared for it, and the verdict. */
    public static void print(AuditReport report, PrintWriter out) {
        Map<String, Map<String, List<AuditLine>>> promises = new LinkedHashMap<>();
        report.lines()
                .forEach(line -> promises.computeIfAbsent(line.promise(), promise -> new LinkedHashMap<>())
                        .computeIfAbsent(line.compared(), compared -> new ArrayList<>())
                        .add(line));
        int subjects = width(report.lines(), AuditLine::subject);
        promises.forEach((promise, comparisons) -> {
            out.println(promise);
            comparisons.forEach((compared, lines) -> {
                out.println("  " + compared);
                int expected = width(lines, AuditLine::expected);
                lines.forEach(line -> print(line, subjects, expected, out));
            });
        });
        out.printf(
                Locale.ROOT,
                "Audit: %s, %d checks, %d failed, %.1f s%n",
                verdict(report).toUpperCase(Locale.ROOT),
                report.checks(),
                report.failures(),
                report.elapsed().toMillis() / 1000.0);
    }

    private static void print(AuditLine line, int subjects, int expected, PrintWriter out) {
        String figures = switch (line.verdict()) {
            case NOTE -> line.found();
            case PASS, FAIL ->
                "expected %s found %s".formatted(padded(line.expected() + ",", expected + 1), line.found());
        };
        out.println("    " + mark(line) + "  " + padded(line.subject(), subjects) + "  " + figures);
        if (line.failed() && !line.detail().isEmpty()) {
            out.println("          " + line.detail());
        }
    }

    private static int width(List<AuditLine> lines, Function<AuditLine, String> text) {
        return lines.stream().mapToInt(line -> text.apply(line).length()).max().orElse(0);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String mark(AuditLine line) {
        return switch (line.verdict()) {
            case PASS -> "ok  ";
            case FAIL -> "FAIL";
            case NOTE -> "note";
        };
    }

    /** {@code pass} or {@code fail}. */
    public static String verdict(AuditReport report) {
        return report.passes() ? "pass" : "fail";
    }

    /** The report as one JSON object. */
    public static ObjectNode json(AuditReport report) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("audit", verdict(report));
        root.put("checks", report.checks());
        root.put("failed", report.failures());
        root.put("elapsed_s", report.elapsed().toMillis() / 1000.0);
        ArrayNode lines = root.putArray("lines");
        for (AuditLine line : report.lines()) {
            lines.addObject()
                    .put("promise", line.promise())
                    .put("subject", line.subject())
                    .put("compared", line.compared())
                    .put("expected", line.expected())
                    .put("found", line.found())
                    .put("verdict", line.verdict().name())
                    .put("detail", line.detail());
        }
        return root;
    }
}
