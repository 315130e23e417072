package dev.sluice.embedded.demo;

import dev.sluice.load.LoadSpec;
import dev.sluice.sink.audit.TableDigest;
import dev.sluice.sink.model.Incremental;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.quality.TestHistory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A hundredth more events, brought in from what changed and by a full refresh, on the same data. */
final class IncrementalProof {
    private static final int MESSY_ROUNDS = 3;
    private static final int FRESH = 7;
    /** One order of magnitude. */
    private static final int FEWER = 10;

    private final ProofPlatform platform;
    private final LoadSpec spec;
    private final DemoProgress progress;

    IncrementalProof(ProofPlatform platform, LoadSpec spec, DemoProgress progress) {
        this.platform = platform;
        this.spec = spec;
        this.progress = progress;
    }

    Proof run() {
        Proof proof = new Proof("incremental");
        try (ModelEngine engine = platform.engine()) {
            messyHistory(engine);
            progress.step("A hundredth more, from what changed, and then everything again...");
            platform.load(change(FRESH));
            Map<String, ModelRun> delta = byModel(run(engine, false));
            Map<String, TableDigest> increments = digests();
            Map<String, ModelRun> full = byModel(run(engine, true));
            Map<String, TableDigest> refreshed = digests();
            for (Model model : platform.models().models()) {
                if (of(full, model).rowsScanned() == 0) {
                    // Another source's model: this load has nothing for it.
                    continue;
                }
                compare(proof, model, of(delta, model), of(full, model));
                proof.claimEqual(
                        model.name() + ": the full refresh gives the rows that the increments gave",
                        of(refreshed, model).label(),
                        of(increments, model).label());
            }
        }
        return proof;
    }

    /** Duplicated, late, shuffled and malformed events, in rounds that each update what the ones before made. */
    private void messyHistory(ModelEngine engine) {
        progress.step("Loading %,d events...".formatted(spec.events()));
        platform.load(spec);
        run(engine, false);
        for (int round = 1; round <= MESSY_ROUNDS; round++) {
            progress.step("Messy round %d of %d...".formatted(round, MESSY_ROUNDS));
            // Two loads, so the third round brings again what the first one brought.
            platform.load(change(round % 2));
            run(engine, false);
        }
    }

    /** A load of a hundredth of the size; the same number is the same load. */
    private LoadSpec change(int number) {
        return spec.withSeed(spec.seed() + 1 + number)
                .withEvents(Math.max(1, spec.events() / 100))
                .withOrders(Math.max(1, spec.orders() / 100));
    }

    private List<ModelRun> run(ModelEngine engine, boolean everything) {
        return engine.run(platform.models(), platform.models().models(), TestHistory.NONE, everything);
    }

    private static Map<String, ModelRun> byModel(List<ModelRun> runs) {
        Map<String, ModelRun> byModel = new LinkedHashMap<>();
        runs.forEach(run -> byModel.put(run.model(), run));
        return byModel;
    }

    private Map<String, TableDigest> digests() {
        Map<String, TableDigest> digests = new LinkedHashMap<>();
        platform.models().models().forEach(model -> digests.put(model.name(), platform.digest(model)));
        return digests;
    }

    private static <T> T of(Map<String, T> all, Model model) {
        return Objects.requireNonNull(all.get(model.name()), model.name());
    }

    private static void compare(Proof proof, Model model, ModelRun delta, ModelRun full) {
        Proof.Numbers numbers = proof.table(
                "A hundredth more events, from what changed and by a full refresh",
                "model",
                "incremental",
                "rows scanned",
                "full",
                "fewer by",
                "bytes scanned",
                "full bytes",
                "ms",
                "full ms");
        List<Object> row = new ArrayList<>(List.of(
                model.name(),
                model.incremental().name().toLowerCase(Locale.ROOT),
                delta.rowsScanned(),
                full.rowsScanned(),
                times(full.rowsScanned(), delta.rowsScanned()),
                delta.bytesScanned(),
                full.bytesScanned(),
                delta.elapsedMillis(),
                full.elapsedMillis()));
        numbers.row(row.toArray());
        if (model.incremental() == Incremental.DELTA) {
            proof.claim(
                    model.name() + ": the run from what changed scans fewer rows than the full refresh",
                    delta.rowsScanned() * FEWER <= full.rowsScanned(),
                    "at least " + FEWER + " times fewer",
                    times(full.rowsScanned(), delta.rowsScanned()) + " times fewer");
        } else {
            // Which rows belong to a touched key only the table itself can tell.
            proof.claim(
                    model.name() + ": the run from what changed writes the touched keys only",
                    delta.counts().written() <= full.counts().written(),
                    "at most the keys of the table",
                    delta.counts().written() + " of " + full.counts().written() + " keys");
        }
    }

    private static String times(long more, long fewer) {
        return String.format(Locale.ROOT, "%.1f", more / (double) Math.max(1, fewer));
    }
}
