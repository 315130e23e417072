package dev.sluice.sink.ops;

import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.quality.TestHistory;
import dev.sluice.sink.quality.TestResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of model runs, {@code ops.model_runs}, and of their tests, {@code ops.test_results}: one append to each per
 * round in which a model ran. A run that found its table up to date is not logged.
 *
 * <p>It is a log and no part of the exactly-once protocol. An append that fails is made with the next one, so a run is
 * there at least once while its process lives, and {@code run_id} tells whether it is there twice; a process that is
 * killed between a commit and the append leaves that run out. The truth about a table is the stamp in its snapshots.
 */
public final class RunLog implements TestHistory {
    private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);
    private static final Duration REACH = Duration.ofDays(7);
    private static final int KEPT = 200;
    private static final int MOST_PENDING = 5_000;

    private static final Schema RUNS = new Schema(
            Types.NestedField.required(1, "model", Types.StringType.get()),
            Types.NestedField.required(2, "run_id", Types.StringType.get(), "the stamp in the table's snapshot"),
            Types.NestedField.required(3, "batch", Types.StringType.get(), "the round that the run was part of"),
            Types.NestedField.required(4, "kind", Types.StringType.get(), "increment, rebuild, refused ..."),
            Types.NestedField.required(5, "started_at", Types.TimestampType.withZone()),
            Types.NestedField.required(6, "elapsed_ms", Types.LongType.get()),
            Types.NestedField.required(7, "rows_in", Types.LongType.get(), "rows that the SELECT returned"),
            Types.NestedField.required(8, "rows_rejected", Types.LongType.get(), "rows that the tests kept out"),
            Types.NestedField.required(9, "rows_inserted", Types.LongType.get()),
            Types.NestedField.required(10, "rows_updated", Types.LongType.get()),
            Types.NestedField.required(11, "rows_unchanged", Types.LongType.get()),
            Types.NestedField.required(12, "rows_stale", Types.LongType.get()),
            Types.NestedField.required(13, "rows_deleted", Types.LongType.get()),
            Types.NestedField.optional(14, "rows_after", Types.LongType.get(), "rows of the table in the snapshot"),
            Types.NestedField.required(15, "rows_scanned", Types.LongType.get()),
            Types.NestedField.required(16, "bytes_scanned", Types.LongType.get(), "size of the files that were read"),
            Types.NestedField.required(17, "bytes_written", Types.LongType.get()),
            Types.NestedField.required(
                    18,
                    "upstream",
                    Types.ListType.ofRequired(
                            20,
                            Types.StructType.of(
                                    Types.NestedField.required(21, "ref", Types.StringType.get()),
                                    Types.NestedField.optional(22, "from_snapshot_id", Types.LongType.get()),
                                    Types.NestedField.required(23, "to_snapshot_id", Types.LongType.get())))),
            Types.NestedField.optional(19, "snapshot_id", Types.LongType.get(), "the snapshot that the run made"));
    private static final Schema TESTS = new Schema(
            Types.NestedField.required(1, "model", Types.StringType.get()),
            Types.NestedField.required(2, "test", Types.StringType.get()),
            Types.NestedField.required(3, "run_id", Types.StringType.get()),
            Types.NestedField.required(4, "batch", Types.StringType.get()),
            Types.NestedField.required(5, "started_at", Types.TimestampType.withZone()),
            Types.NestedField.required(6, "severity", Types.StringType.get()),
            Types.NestedField.required(7, "status", Types.StringType.get(), "pass, warn or error"),
            Types.NestedField.required(8, "failures", Types.LongType.get()),
            Types.NestedField.optional(9, "value", Types.DoubleType.get(), "the figure that the test is about"),
            Types.NestedField.optional(10, "message", Types.StringType.get()));

    private final LogTable runs;
    private final LogTable tests;
    private final InstantSource clock;
    private final List<GenericRecord> pendingRuns = new ArrayList<>();
    private final List<GenericRecord> pendingTests = new ArrayList<>();
    private final Map<String, Deque<Long>> sizes = new HashMap<>();
    private final Map<String, Deque<Double>> figures = new HashMap<>();
    private boolean loaded;

    public RunLog(Catalog catalog, InstantSource clock) {
        this.runs = runs(catalog);
        this.tests = new LogTable(catalog, "test_results", TESTS);
        this.clock = clock;
    }

    /** The table of runs. */
    static LogTable runs(Catalog catalog) {
        return new LogTable(catalog, "model_runs", RUNS);
    }

    /** Logs the runs of one round. Never throws: what cannot be written now is written next time. */
    public synchronized void append(String batch, List<ModelRun> round) {
        for (ModelRun run : round) {
            if (run.kind() != ModelRun.Kind.UP_TO_DATE && run.kind() != ModelRun.Kind.SKIPPED) {
                pendingRuns.add(row(batch, run));
                run.rowsAfter().ifPresent(rows -> remember(run.model(), rows));
                run.tests().forEach(result -> {
                    pendingTests.add(row(run.runId(), batch, run.startedAt(), result));
                    if (run.succeeded()) {
                        remember(result);
                    }
                });
            }
        }
        write();
    }

    /** Logs tests that were run by themselves. */
    public synchronized void appendTests(String batch, Instant startedAt, List<TestResult> results) {
        results.forEach(result -> pendingTests.add(row(batch, batch, startedAt, result)));
        write();
    }

    @Override
    public synchronized List<Double> values(String model, String test, int newest) {
        load();
        return newest(figures.getOrDefault(model + " " + test, new ArrayDeque<>()), newest);
    }

    @Override
    public synchronized List<Long> rowCounts(String model, int newest) {
        load();
        return newest(sizes.getOrDefault(model, new ArrayDeque<>()), newest);
    }

    private void write() {
        try {
            runs.append(pendingRuns);
            pendingRuns.clear();
            tests.append(pendingTests);
            pendingTests.clear();
        } catch (RuntimeException e) {
            LOG.warn("Cannot log model runs now, trying again after the next round: {}", e.getMessage());
            drop(pendingRuns);
            drop(pendingTests);
        }
    }

    private static void drop(List<GenericRecord> pending) {
        if (pending.size() > MOST_PENDING) {
            pending.subList(0, pending.size() - MOST_PENDING).clear();
        }
    }

    private void load() {
        if (loaded) {
            return;
        }
        try {
            loadSince(clock.instant().minus(REACH).toString());
            loaded = true;
        } catch (RuntimeException e) {
            LOG.warn("Cannot read earlier model runs now, testing without them: {}", e.getMessage());
            sizes.clear();
            figures.clear();
        }
    }

    private record Figure<T>(OffsetDateTime at, String key, T value) {}

    private void loadSince(String since) {
        List<Figure<Long>> sized = new ArrayList<>();
        runs.read(
                Expressions.and(Expressions.greaterThan("started_at", since), Expressions.notNull("rows_after")),
                List.of("started_at", "model", "rows_after"),
                row -> sized.add(
                        new Figure<>((OffsetDateTime) row.getField("started_at"), (String) row.getField("model"), (Long)
                                row.getField("rows_after"))));
        sized.sort(Comparator.comparing(Figure::at));
        sized.forEach(figure -> remember(sizes, figure.key(), figure.value()));
        List<Figure<Double>> measured = new ArrayList<>();
        tests.read(
                Expressions.and(
                        Expressions.greaterThan("started_at", since),
                        Expressions.and(Expressions.notNull("value"), Expressions.notEqual("status", "error"))),
                List.of("started_at", "model", "test", "value"),
                row -> measured.add(new Figure<>(
                        (OffsetDateTime) row.getField("started_at"),
                        row.getField("model") + " " + row.getField("test"),
                        (Double) row.getField("value"))));
        measured.sort(Comparator.comparing(Figure::at));
        measured.forEach(figure -> remember(figures, figure.key(), figure.value()));
    }

    /** What is logged before the first question is found in the table then. */
    private void remember(String model, long rows) {
        if (loaded) {
            remember(sizes, model, rows);
        }
    }

    private void remember(TestResult result) {
        if (loaded) {
            result.value()
                    .ifPresent(value -> remember(
                            figures, result.model() + " " + result.test().name(), value));
        }
    }

    private static <T> void remember(Map<String, Deque<T>> all, String key, T value) {
        Deque<T> values = all.computeIfAbsent(key, none -> new ArrayDeque<>());
        values.addLast(value);
        if (values.size() > KEPT) {
            values.removeFirst();
        }
    }

    private static <T> List<T> newest(Deque<T> values, int wanted) {
        List<T> all = List.copyOf(values);
        return all.subList(Math.max(0, all.size() - wanted), all.size());
    }

    private GenericRecord row(String batch, ModelRun run) {
        GenericRecord row = runs.row();
        row.setField("model", run.model());
        row.setField("run_id", run.runId());
        row.setField("batch", batch);
        row.setField("kind", run.kind().name().toLowerCase(Locale.ROOT));
        row.setField("started_at", run.startedAt().atOffset(ZoneOffset.UTC));
        row.setField("elapsed_ms", run.elapsedMillis());
        row.setField("rows_in", run.rowsIn());
        row.setField("rows_rejected", run.rejected());
        row.setField("rows_inserted", run.counts().inserted());
        row.setField("rows_updated", run.counts().updated());
        row.setField("rows_unchanged", run.counts().unchanged());
        row.setField("rows_stale", run.counts().stale());
        row.setField("rows_deleted", run.counts().deleted());
        run.rowsAfter().ifPresent(rows -> row.setField("rows_after", rows));
        row.setField("rows_scanned", run.rowsScanned());
        row.setField("bytes_scanned", run.bytesScanned());
        row.setField("bytes_written", run.bytesWritten());
        List<GenericRecord> upstream = new ArrayList<>();
        run.upstream().forEach((ref, advance) -> {
            GenericRecord one = GenericRecord.create(
                    RUNS.findType("upstream").asListType().elementType().asStructType());
            one.setField("ref", ref);
            advance.from().ifPresent(from -> one.setField("from_snapshot_id", from));
            one.setField("to_snapshot_id", advance.to());
            upstream.add(one);
        });
        row.setField("upstream", upstream);
        run.snapshotId().ifPresent(id -> row.setField("snapshot_id", id));
        return row;
    }

    private GenericRecord row(String runId, String batch, Instant startedAt, TestResult result) {
        GenericRecord row = tests.row();
        row.setField("model", result.model());
        row.setField("test", result.test().name());
        row.setField("run_id", runId);
        row.setField("batch", batch);
        row.setField("started_at", startedAt.atOffset(ZoneOffset.UTC));
        row.setField("severity", result.test().severity().name().toLowerCase(Locale.ROOT));
        row.setField("status", result.status().name().toLowerCase(Locale.ROOT));
        row.setField("failures", result.failures());
        result.value().ifPresent(value -> row.setField("value", value));
        row.setField("message", result.message());
        return row;
    }
}
