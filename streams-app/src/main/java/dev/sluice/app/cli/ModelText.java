package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.model.Ref;
import dev.sluice.sink.quality.TestResult;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** How models, their runs and their tests are shown. */
public final class ModelText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelText() {}

    static ObjectNode json(Model model) {
        ObjectNode node = JSON.createObjectNode()
                .put("model", model.name())
                .put("description", model.description())
                .put("owner", model.owner())
                .put("incremental", word(model.incremental()))
                .put("sql_file", model.sqlFile().toString());
        model.uniqueKey().forEach(node.putArray("unique_key")::add);
        model.refs().stream().map(Ref::name).forEach(node.putArray("refs")::add);
        ArrayNode tests = node.putArray("tests");
        model.tests().forEach(test -> tests.add(test.name()));
        return node;
    }

    /** One object per run. */
    public static ArrayNode json(Collection<ModelRun> runs) {
        ArrayNode all = JSON.createArrayNode();
        for (ModelRun run : runs) {
            ObjectNode node = all.addObject()
                    .put("model", run.model())
                    .put("run_id", run.runId())
                    .put("kind", word(run.kind()))
                    .put("rows_in", run.rowsIn())
                    .put("rows_rejected", run.rejected())
                    .put("rows_inserted", run.counts().inserted())
                    .put("rows_updated", run.counts().updated())
                    .put("rows_unchanged", run.counts().unchanged())
                    .put("rows_stale", run.counts().stale())
                    .put("rows_deleted", run.counts().deleted())
                    .put("rows_scanned", run.rowsScanned())
                    .put("bytes_scanned", run.bytesScanned())
                    .put("bytes_written", run.bytesWritten())
                    .put("elapsed_ms", run.elapsedMillis());
            run.rowsAfter().ifPresent(rows -> node.put("rows_after", rows));
            run.snapshotId().ifPresent(id -> node.put("snapshot_id", id));
            node.set("tests", jsonOfTests(run.tests()));
        }
        return all;
    }

    static ArrayNode jsonOfTests(Collection<TestResult> results) {
        ArrayNode all = JSON.createArrayNode();
        for (TestResult result : results) {
            ObjectNode node = all.addObject()
                    .put("model", result.model())
                    .put("test", result.test().name())
                    .put("severity", word(result.test().severity()))
                    .put("status", word(result.status()))
                    .put("failures", result.failures())
                    .put("message", result.message());
            result.value().ifPresent(value -> node.put("value", value));
        }
        return all;
    }

    /** A line per run. */
    public static void print(Collection<ModelRun> runs, PrintWriter out) {
        TextTable table = TextTable.of(
                "model",
                "kind",
                "rows in",
                "rejected",
                "inserted",
                "updated",
                "unchanged",
                "stale",
                "deleted",
                "rows scanned",
                "bytes scanned",
                "bytes written",
                "ms");
        for (ModelRun run : runs) {
            table.row(
                    run.model(),
                    word(run.kind()),
                    run.rowsIn(),
                    run.rejected(),
                    run.counts().inserted(),
                    run.counts().updated(),
                    run.counts().unchanged(),
                    run.counts().stale(),
                    run.counts().deleted(),
                    run.rowsScanned(),
                    run.bytesScanned(),
                    run.bytesWritten(),
                    run.elapsedMillis());
        }
        table.lines().forEach(out::println);
    }

    static void printTests(List<TestResult> results, PrintWriter out) {
        TextTable table = TextTable.of("model", "test", "severity", "status", "failures", "found");
        results.forEach(result -> table.row(
                result.model(),
                result.test().name(),
                word(result.test().severity()),
                result.status(),
                result.failures(),
                result.message()));
        table.lines().forEach(out::println);
        // A cell is cut; what went wrong is not.
        results.stream()
                .filter(result -> result.failures() > 0)
                .forEach(result -> out.printf(
                        "%s %s %s: %s%n",
                        result.status(), result.model(), result.test().name(), result.message()));
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
