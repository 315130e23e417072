package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.backfill.BackfillPlan;
import dev.sluice.app.backfill.PartitionPlan;
import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BackfillBatch;
import dev.sluice.sink.backfill.BatchCounts;
import dev.sluice.sink.backfill.BatchState;
import dev.sluice.sink.ledger.OffsetRange;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How backfills are shown. */
public final class BackfillText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private BackfillText() {}

    static void print(BackfillPlan plan, PrintWriter out) {
        TextTable table = TextTable.of("partition", "from", "to", "in bronze", "dead letters", "missing");
        for (PartitionPlan one : plan.partitions()) {
            OffsetRange range = one.range();
            table.row(
                    range.source().toString(),
                    range.from(),
                    range.to(),
                    one.recognised(),
                    one.deadLettered(),
                    one.missing());
        }
        table.lines().forEach(out::println);
        for (PartitionPlan one : plan.partitions()) {
            one.notes().forEach(note -> out.println("  " + one.range().source() + ": " + note));
        }
        plan.notes().forEach(note -> out.println("  " + note));
        if (plan.isEmpty()) {
            out.println("Nothing to do.");
            return;
        }
        var job = plan.backfill().job();
        List<BackfillBatch> batches = plan.backfill().batches();
        out.printf(
                "%,d batches, from '%s' to '%s'; the models %s would see at most %,d rows%n",
                batches.size(),
                batches.get(0).label(),
                batches.get(batches.size() - 1).label(),
                job.models(),
                plan.rows());
        out.printf(
                "%,d offsets to land%s%n",
                job.fromBronze() ? 0 : plan.missing() + (job.overwrites() ? plan.recognised() : 0),
                plan.bytesToLand() == 0 || job.fromBronze()
                        ? ""
                        : ", about %,d KB of data files".formatted(plan.bytesToLand() / 1024));
    }

    static ObjectNode json(BackfillPlan plan) {
        ObjectNode root = JSON.createObjectNode();
        root.put("empty", plan.isEmpty());
        root.put("batches", plan.backfill().batches().size());
        root.put("rows_at_most", plan.rows());
        root.put("recognised", plan.recognised());
        root.put("dead_lettered", plan.deadLettered());
        root.put("missing", plan.missing());
        root.put("bytes_to_land", plan.bytesToLand());
        ArrayNode models = root.putArray("models");
        plan.backfill().job().models().forEach(models::add);
        ArrayNode partitions = root.putArray("partitions");
        for (PartitionPlan one : plan.partitions()) {
            ArrayNode notes = partitions
                    .addObject()
                    .put("partition", one.range().source().partition())
                    .put("from", one.range().from())
                    .put("to", one.range().to())
                    .put("recognised", one.recognised())
                    .put("dead_lettered", one.deadLettered())
                    .put("missing", one.missing())
                    .putArray("notes");
            one.notes().forEach(notes::add);
        }
        ArrayNode notes = root.putArray("notes");
        plan.notes().forEach(notes::add);
        return root;
    }

    static void print(List<Backfill> backfills, PrintWriter out) {
        if (backfills.isEmpty()) {
            out.println("No backfill so far.");
            return;
        }
        TextTable table = TextTable.of("id", "table", "state", "batches", "done", "failed", "landed", "recognised");
        for (Backfill backfill : backfills) {
            table.row(
                    backfill.job().id(),
                    backfill.job().table(),
                    backfill.state().label(),
                    backfill.batches().size(),
                    backfill.count(BatchState.DONE),
                    backfill.count(BatchState.FAILED),
                    backfill.counts().landed(),
                    backfill.counts().recognised());
        }
        table.lines().forEach(out::println);
    }

    /** The log of one backfill. */
    public static void print(Backfill backfill, PrintWriter out) {
        TextTable table = TextTable.of(
                "batch", "what", "state", "attempts", "read", "landed", "recognised", "dead", "changed", "seconds");
        for (BackfillBatch batch : backfill.batches()) {
            BatchCounts counts = batch.counts();
            table.row(
                    batch.number(),
                    batch.label(),
                    batch.state().label(),
                    batch.attempts(),
                    counts.read(),
                    counts.landed(),
                    counts.recognised(),
                    counts.deadLettered(),
                    changed(counts.changed()),
                    seconds(batch.startedAt(), batch.finishedAt()));
        }
        table.lines().forEach(out::println);
        for (BackfillBatch batch : backfill.batches()) {
            if (batch.error() != null) {
                out.println("  batch " + batch.number() + ": " + batch.error());
            }
        }
        summary(backfill, out);
    }

    static void summary(Backfill backfill, PrintWriter out) {
        BatchCounts sum = backfill.counts();
        out.printf(
                "Backfill %s of %s: %s, %d of %d batches done, %,d rows landed, %,d recognised, %,d dead letters%n",
                backfill.job().id(),
                backfill.job().table(),
                backfill.state().label(),
                backfill.count(BatchState.DONE),
                backfill.batches().size(),
                sum.landed(),
                sum.recognised(),
                sum.deadLettered());
        if (backfill.state() == BatchState.STAGED) {
            out.println("Nothing of it is published yet.");
            backfill.open().stream()
                    .map(BackfillBatch::error)
                    .filter(Objects::nonNull)
                    .forEach(error -> out.println("  " + error));
        }
        if (!backfill.open().isEmpty()) {
            out.println("To do what is left: sluice backfill resume "
                    + backfill.job().id());
        }
    }

    /** One backfill with its batches. */
    public static ObjectNode json(Backfill backfill) {
        ObjectNode root = JSON.createObjectNode();
        root.put("id", backfill.job().id());
        root.put("source", backfill.job().source());
        root.put("table", backfill.job().table());
        root.put("state", backfill.state().label());
        root.put("landing", backfill.job().landing().label());
        root.put("publish", backfill.job().publication().label());
        root.put("in_progress", backfill.inProgress());
        root.put("created_at", backfill.job().createdAt().toString());
        ArrayNode models = root.putArray("models");
        backfill.job().models().forEach(models::add);
        ArrayNode batches = root.putArray("batches");
        for (BackfillBatch batch : backfill.batches()) {
            ObjectNode node = batches.addObject()
                    .put("batch", batch.number())
                    .put("label", batch.label())
                    .put("state", batch.state().label())
                    .put("attempts", batch.attempts())
                    .put("rows_read", batch.counts().read())
                    .put("rows_landed", batch.counts().landed())
                    .put("rows_recognised", batch.counts().recognised())
                    .put("dead_lettered", batch.counts().deadLettered())
                    .put("started_at", text(batch.startedAt()))
                    .put("finished_at", text(batch.finishedAt()))
                    .put("error", batch.error());
            ObjectNode changed = node.putObject("rows_changed");
            batch.counts().changed().forEach(changed::put);
            ArrayNode ranges = node.putArray("ranges");
            for (OffsetRange range : batch.ranges()) {
                ranges.addObject()
                        .put("partition", range.source().partition())
                        .put("from", range.from())
                        .put("to", range.to());
            }
        }
        return root;
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    private static String changed(Map<String, Long> changed) {
        return changed.entrySet().stream()
                .map(table -> table.getKey() + " " + table.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String seconds(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null
                ? ""
                : "%.1f".formatted(Duration.between(from, to).toMillis() / 1000.0);
    }
}
