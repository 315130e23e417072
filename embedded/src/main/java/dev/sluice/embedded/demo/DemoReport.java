package dev.sluice.embedded.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.cli.AuditText;
import dev.sluice.app.cli.TextTable;
import dev.sluice.app.status.ModelStatus;
import dev.sluice.app.status.SourceStatus;
import java.io.PrintWriter;
import java.util.Locale;

/** What a demo prints at its end. */
final class DemoReport {
    private final DemoResult result;

    DemoReport(DemoResult result) {
        this.result = result;
    }

    void printText(PrintWriter out, String dataFolder) {
        out.println();
        out.println("Tables");
        TextTable tables = TextTable.of("table", "rows", "what it holds");
        for (SourceStatus source : result.status().sources()) {
            tables.row(source.table(), source.counts().landed(), "every valid record of topic " + source.topic());
        }
        for (ModelStatus model : result.status().models()) {
            tables.row(
                    model.table(),
                    model.rows(),
                    "merged by key, models/" + model.table().replace('.', '/') + ".sql");
        }
        print(tables, out);

        out.println();
        out.printf(Locale.ROOT, "Dead letters: %,d%n", result.deadLetters());
        TextTable letters = TextTable.of("reason", "records");
        result.deadLettersByReason().forEach(letters::row);
        print(letters, out);

        out.println();
        out.println("The last day of gold.revenue_daily, in units of each currency");
        print(result.revenue().lastDay(), out);

        out.println();
        AuditText.print(result.audit(), out);
        out.println();
        if (result.alreadyThere() > 0) {
            out.printf(
                    Locale.ROOT,
                    "Of the %,d events of this load, %,d were on the topic before: recognised, and not sent again.%n",
                    result.spec().events(),
                    result.alreadyThere());
        }
        out.printf(Locale.ROOT, "Done in %.1f s.%n", result.elapsed().toMillis() / 1000.0);
        out.println();
        out.println("What to try next:");
        out.println("  ./sluice demo        again: nothing changes");
        out.println("  ./sluice up          the same platform, kept running; then, in another terminal:");
        out.println("  ./sluice query \"select * from gold.revenue_daily order by 1 desc, 2 limit 5\"");
        out.println("  ./sluice dlq stats   what was rejected, and why");
        out.println("  ./sluice audit       prove the promises on the live tables");
        out.println("The data is in " + dataFolder + "; remove the folder to start over.");
        out.flush();
    }

    private static void print(TextTable table, PrintWriter out) {
        table.lines().forEach(line -> out.println("  " + line));
    }

    /** One line. */
    void printJson(PrintWriter out) {
        out.println(new ObjectMapper()
                .createObjectNode()
                .put("events", result.spec().events())
                .put("bronze_rows", result.bronzeRows())
                .put("dead_letters", result.deadLetters())
                .put("silver_rows", result.rows("silver.orders"))
                .put("gold_rows", result.rows("gold.fct_orders"))
                .put("audit", AuditText.verdict(result.audit()))
                .put("elapsed_s", result.elapsed().toMillis() / 1000.0));
        out.flush();
    }
}
