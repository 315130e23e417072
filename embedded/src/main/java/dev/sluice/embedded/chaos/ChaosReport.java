package dev.sluice.embedded.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.cli.AuditText;
import dev.sluice.app.cli.TextTable;
import dev.sluice.app.status.ModelStatus;
import dev.sluice.app.status.SourceStatus;
import dev.sluice.embedded.chaos.ChaosTally.Blow;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.TreeMap;

/** What a chaos run prints at its end. */
final class ChaosReport {
    private final ChaosResult result;

    ChaosReport(ChaosResult result) {
        this.result = result;
    }

    void printText(PrintWriter out) {
        out.println();
        out.println("What was done to the pipeline");
        TextTable blows = TextTable.of("blow", "times");
        for (Blow blow : Blow.values()) {
            blows.row(blow.words(), result.tally().of(blow));
        }
        print(blows, out);
        out.println();
        out.println("Where processes were halted");
        TextTable points = TextTable.of("point", "times");
        new TreeMap<>(result.tally().points()).forEach(points::row);
        print(points, out);
        out.println();
        out.printf(
                "Meanwhile %,d records were produced, in %d loads with the seeds from %d on.%n",
                result.records(), result.loads(), result.spec().seed());
        TextTable tables = TextTable.of("table", "rows");
        for (SourceStatus source : result.status().sources()) {
            tables.row(source.table(), source.counts().landed());
        }
        for (ModelStatus model : result.status().models()) {
            tables.row(model.table(), model.rows());
        }
        print(tables, out);
        out.println();
        AuditText.print(result.audit(), out);
        out.println();
        out.printf("Done in %.1f s.%n", result.elapsed().toMillis() / 1000.0);
        if (!result.audit().passes()) {
            out.println("The same decisions again: " + result.spec().command());
        }
        out.flush();
    }

    /** One line. */
    void printJson(PrintWriter out) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("kills", result.tally().kills()).put("seed", result.spec().seed());
        for (Blow blow : Blow.values()) {
            json.put(blow.name().toLowerCase(Locale.ROOT), result.tally().of(blow));
        }
        ObjectNode points = json.putObject("points");
        new TreeMap<>(result.tally().points()).forEach(points::put);
        json.put("records", result.records());
        ObjectNode rows = json.putObject("rows");
        result.status()
                .sources()
                .forEach(source -> rows.put(source.table(), source.counts().landed()));
        result.status().models().forEach(model -> rows.put(model.table(), model.rows()));
        json.put("audit", AuditText.verdict(result.audit()))
                .put("checks", result.audit().checks())
                .put("elapsed_s", result.elapsed().toMillis() / 1000.0)
                .put("command", result.spec().command());
        out.println(json);
        out.flush();
    }

    private static void print(TextTable table, PrintWriter out) {
        table.lines().forEach(line -> out.println("  " + line));
    }
}
