package dev.sluice.embedded.demo;

import dev.sluice.load.LoadSpec;
import dev.sluice.sink.audit.TableDigest;
import dev.sluice.sink.model.Incremental;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.ops.RunLog;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A hundredth more events, brought in from what changed and by a full refresh, on the same data. */
final class IncrementalProof {
    /** One order of magnitude. */
    static final int FEWER = 10;

    private static final String LAST_DAY = "last day, from what changed";
    private static final String REFRESH = "full refresh";

    private final ProofPlatform platform;
    private final FiveYears loads;
    private final DemoProgress progress;
    private final RunLog log;

    IncrementalProof(ProofPlatform platform, LoadSpec spec, DemoProgress progress) {
        this.platform = platform;
        this.loads = new FiveYears(spec);
        this.progress = progress;
        this.log = platform.runLog();
    }

    Proof run() {
        Proof proof = new Proof("incremental");
        try (ModelEngine engine = platform.engine()) {
            Map<String, ModelRun> strewn = messyHistory(engine);
            progress.step("A hundredth more on the last day, from what changed, and then everything again...");
            platform.load(loads.lastDay());
            platform.load(loads.lastDayOfCustomers());
            Map<String, Long> indexes = keyIndexes();
            Map<String, ModelRun> delta = run(engine, LAST_DAY, false);
            Map<String, TableDigest> increments = digests();
            Map<String, ModelRun> full = run(engine, REFRESH, true);
            Map<String, TableDigest> refreshed = digests();
            for (Model model : platform.models().models()) {
                if (of(full, model).rowsScanned() == 0) {
                    // Of a source that nothing is loaded from.
                    continue;
                }
                show(proof, model, of(delta, model), of(full, model), of(indexes, model));
                contrast(proof, model, of(strewn, model), of(full, model));
                if (model.incremental() != Incremental.FULL) {
                    claimFewer(
                            proof,
                            model,
                            "rows",
                            of(delta, model).rowsScanned(),
                            of(full, model).rowsScanned());
                    claimFewer(
                            proof,
                            model,
                            "bytes",
                            of(delta, model).bytesScanned(),
                            of(full, model).bytesScanned());
                }
                proof.claimEqual(
                        model.name() + ": the full refresh gives the rows that the increments gave",
                        of(refreshed, model).label(),
                        of(increments, model).label());
                proof.claimEqual(
                        model.name() + ": ops.model_runs has the rows, bytes and time of both runs",
                        figures(of(delta, model)) + " " + figures(of(full, model)),
                        logged(model, LAST_DAY) + " " + logged(model, REFRESH));
            }
        }
        explain(proof);
        return proof;
    }

    /**
     * Duplicated, late, shuffled and malformed events, in rounds.
     *
     * @return the runs of a round of orders from all over the years
     */
    private Map<String, ModelRun> messyHistory(ModelEngine engine) {
        progress.step(
                "Loading %,d events of five years...".formatted(loads.orders().events()));
        platform.load(loads.orders());
        platform.load(loads.customers());
        run(engine, "history", false);
        progress.step("Messy round 1 of 4: a hundredth more, all over the years...");
        platform.load(loads.strewn(0));
        run(engine, "round 1", false);
        progress.step("Messy round 2 of 4: another one...");
        platform.load(loads.strewn(1));
        Map<String, ModelRun> strewn = run(engine, "round 2", false);
        progress.step("Messy round 3 of 4: the first one again...");
        platform.load(loads.strewn(0));
        run(engine, "round 3", false);
        progress.step("Messy round 4 of 4: the later half of the last day...");
        platform.load(loads.lastDay(), loads.laterHalfOfLastDay());
        run(engine, "round 4", false);
        return strewn;
    }

    private Map<String, ModelRun> run(ModelEngine engine, String round, boolean everything) {
        List<ModelRun> runs = engine.run(platform.models(), platform.models().models(), log, everything);
        log.append(round, runs);
        Map<String, ModelRun> byModel = new LinkedHashMap<>();
        runs.forEach(run -> byModel.put(run.model(), run));
        return byModel;
    }

    private Map<String, TableDigest> digests() {
        Map<String, TableDigest> digests = new LinkedHashMap<>();
        platform.models().models().forEach(model -> digests.put(model.name(), platform.digest(model)));
        return digests;
    }

    private Map<String, Long> keyIndexes() {
        Map<String, Long> sizes = new LinkedHashMap<>();
        platform.models().models().forEach(model -> sizes.put(model.name(), platform.keyIndexBytes(model)));
        return sizes;
    }

    private static <T> T of(Map<String, T> all, Model model) {
        return Objects.requireNonNull(all.get(model.name()), model.name());
    }

    private static void show(Proof proof, Model model, ModelRun delta, ModelRun full, long keyIndex) {
        proof.table(
                        "A hundredth more events on the last day of five years, from what changed and by a full refresh",
                        "model",
                        "incremental",
                        "rows scanned",
                        "full",
                        "fewer by",
                        "bytes scanned",
                        "full bytes",
                        "fewer bytes by",
                        "ms",
                        "full ms",
                        "key index bytes")
                .row(
                        model.name(),
                        kind(model),
                        delta.rowsScanned(),
                        full.rowsScanned(),
                        times(full.rowsScanned(), delta.rowsScanned()),
                        delta.bytesScanned(),
                        full.bytesScanned(),
                        times(full.bytesScanned(), delta.bytesScanned()),
                        delta.elapsedMillis(),
                        full.elapsedMillis(),
                        keyIndex);
    }

    private static void contrast(Proof proof, Model model, ModelRun strewn, ModelRun full) {
        if (strewn.rowsScanned() == 0) {
            // The round has no customers.
            return;
        }
        proof.table(
                        "For contrast, nothing is claimed: a hundredth more events all over the five years",
                        "model",
                        "incremental",
                        "rows scanned",
                        "fewer by",
                        "bytes scanned",
                        "fewer bytes by",
                        "ms")
                .row(
                        model.name(),
                        kind(model),
                        strewn.rowsScanned(),
                        times(full.rowsScanned(), strewn.rowsScanned()),
                        strewn.bytesScanned(),
                        times(full.bytesScanned(), strewn.bytesScanned()),
                        strewn.elapsedMillis());
    }

    private static void claimFewer(Proof proof, Model model, String what, long delta, long full) {
        proof.claim(
                "%s: the run from what changed scans fewer %s than the full refresh".formatted(model.name(), what),
                delta > 0 && delta * FEWER <= full,
                "at least %d times fewer".formatted(FEWER),
                times(full, delta) + " times fewer");
    }

    private static String kind(Model model) {
        return model.incremental().name().toLowerCase(Locale.ROOT);
    }

    private static List<@Nullable Object> figures(ModelRun run) {
        return List.of(run.rowsScanned(), run.bytesScanned(), run.elapsedMillis());
    }

    /** What the table of runs says of a model's only run in a round. */
    private List<@Nullable Object> logged(Model model, String round) {
        List<List<@Nullable Object>> rows = platform.query(
                "SELECT rows_scanned, bytes_scanned, elapsed_ms FROM ops.model_runs WHERE model = '%s' AND batch = '%s'"
                        .formatted(model.name(), round));
        return rows.size() == 1 ? rows.get(0) : List.of(rows.size() + " runs");
    }

    private static void explain(Proof proof) {
        proof.note(
                "delta: a run reads the rows that its first ref gained; the factor is how much more that ref holds. A"
                        + " model that has the key of its first ref reads them a second time, for the keys.");
        proof.note(
                "affected_keys: a run reads the rows that its first ref gained, the files of those that they replaced,"
                        + " and of the rest the files that can hold a touched key. gold.fct_orders is partitioned by month, and"
                        + " gold.revenue_daily reads the months of the touched days. When every month is touched it reads"
                        + " everything, as the contrast shows.");
        proof.note("Times are not claimed: at this size they are those of statements and commits more than of data.");
        proof.note(
                "full: a run reads everything when anything changed; it is not incremental, and nothing is claimed.");
        proof.note(
                "Rows and bytes are those of the tables' data files that were opened, whole files whichever columns were"
                        + " read. The key index, in which a merge finds the rows of its keys, lies in local files and is not"
                        + " among them; its size is in the last column of the first table, and a full refresh does without.");
    }

    private static String times(long more, long fewer) {
        return String.format(Locale.ROOT, "%.1f", more / (double) Math.max(1, fewer));
    }
}
