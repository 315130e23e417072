package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.audit.AuditReport;
import dev.sluice.sink.audit.AuditLine;
import java.io.PrintWriter;
import java.util.Locale;

/** How an audit is shown: one line per check for people, one object for programs. */
public final class AuditText {
    private AuditText() {}

    /** Prints every line and the verdict. */
    public static void print(AuditReport report, PrintWriter out) {
        String promise = "";
        for (AuditLine line : report.lines()) {
            if (!line.promise().equals(promise)) {
                promise = line.promise();
                out.println(promise);
            }
            out.printf("  %s  %-22s %s: %s%n", mark(line), line.subject(), line.compared(), figures(line));
            if (line.failed() && !line.detail().isEmpty()) {
                out.println("        " + line.detail());
            }
        }
        out.printf(
                "Audit: %s, %d checks, %d failed, %.1f s%n",
                verdict(report).toUpperCase(Locale.ROOT),
                report.checks(),
                report.failures(),
                report.elapsed().toMillis() / 1000.0);
    }

    private static String figures(AuditLine line) {
        return switch (line.verdict()) {
            case NOTE -> line.found();
            case PASS, FAIL -> "expected " + line.expected() + ", found " + line.found();
        };
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
