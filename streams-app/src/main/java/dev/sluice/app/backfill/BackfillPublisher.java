package dev.sluice.app.backfill;

import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.retry.Pause;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.backfill.AffectedModels;
import dev.sluice.sink.backfill.Backfill;
import dev.sluice.sink.backfill.BackfillCommitter;
import dev.sluice.sink.backfill.BackfillCommitter.Outcome;
import dev.sluice.sink.backfill.BackfillJob;
import dev.sluice.sink.backfill.LandedBatch;
import dev.sluice.sink.backfill.LandedStretch;
import dev.sluice.sink.backfill.Rehearsal;
import dev.sluice.sink.backfill.StagedBranch;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.TableLedger;
import dev.sluice.sink.model.EngineSettings;
import dev.sluice.sink.model.ModelEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Publishes what all batches of a backfill have staged: the rows on the branch are counted, the whole publication is
 * rehearsed with the quality tests of every model, and only then made. Doing it again is safe from any point.
 */
final class BackfillPublisher {
    private final BackfillJob job;
    private final Catalog catalog;
    private final AffectedModels models;
    private final ModelEngine engine;
    private final EngineSettings rehearsed;
    private final Path folder;
    private final Patience patience;
    private final Pause pause;
    private final InstantSource clock;
    private final Faults faults;

    /**
     * @param rehearsed what the rehearsal's engine may use, in a folder of its own
     * @param folder for what the rehearsal writes
     */
    BackfillPublisher(
            BackfillJob job,
            Catalog catalog,
            AffectedModels models,
            ModelEngine engine,
            EngineSettings rehearsed,
            Path folder,
            Patience patience,
            Pause pause,
            InstantSource clock,
            Faults faults) {
        this.job = job;
        this.catalog = catalog;
        this.models = models;
        this.engine = engine;
        this.rehearsed = rehearsed;
        this.folder = folder;
        this.patience = patience;
        this.pause = pause;
        this.clock = clock;
        this.faults = faults;
    }

    /**
     * What is to be published, and what the table holds of the ranges already.
     *
     * @param overtaken whether somebody else has landed some of what is staged
     */
    private record Plan(LandedBatch staged, List<OffsetRange> fresh, List<OffsetRange> held, boolean overtaken) {}

    /**
     * Publishes.
     *
     * @return by table, rows inserted, updated or deleted; empty when another backfill has landed a part of it
     *     meanwhile, and the batches are to be staged again
     * @throws SluiceException {@code TEST_FAILED} when a test of a model refuses what would be published, and
     *     {@code BACKFILL_STAGE} when the branch is damaged; nothing is published then
     */
    Optional<Map<String, Long>> publish(Backfill backfill) {
        TableIdentifier bronze = TableIdentifier.parse(job.table());
        Table table = catalog.loadTable(bronze);
        StagedBranch branch = new StagedBranch(table, job.id());
        Plan plan = plan(backfill, branch, TableLedger.read(table));
        if (plan.overtaken()) {
            return Optional.empty();
        }
        if (!plan.staged().isEmpty()) {
            branch.verify();
            rehearse(plan, bronze, table);
            faults.pass(FaultPoint.BACKFILL_REHEARSED);
            if (new BackfillCommitter(table, lost -> pause.await(Patience.YIELD.after(lost)))
                            .publish(job.id(), plan.staged())
                    == Outcome.OVERTAKEN) {
                return Optional.empty();
            }
            faults.pass(FaultPoint.BACKFILL_PUBLISHED);
        }
        Map<String, Long> changed = models.run(engine, plan.fresh(), plan.held(), patience);
        faults.pass(FaultPoint.BACKFILL_MODELS_RUN);
        return Optional.of(changed);
    }

    /** When an earlier attempt got as far as bronze, nothing is left to be committed there. */
    private Plan plan(Backfill backfill, StagedBranch branch, Ledger ledger) {
        List<LandedStretch> staged = new ArrayList<>();
        branch.batches().values().forEach(staged::addAll);
        List<OffsetRange> held = new ArrayList<>();
        backfill.batches().forEach(batch -> batch.ranges().forEach(range -> held.addAll(ledger.held(range))));
        boolean published = staged.stream()
                .allMatch(stretch -> ledger.missing(stretch.range()).isEmpty());
        if (published) {
            return new Plan(LandedBatch.of(List.of()), List.of(), held, false);
        }
        List<OffsetRange> fresh = staged.stream()
                .filter(stretch -> !stretch.files().isEmpty())
                .map(LandedStretch::range)
                .toList();
        return new Plan(
                LandedBatch.of(staged),
                fresh,
                held,
                staged.stream()
                        .anyMatch(stretch -> !ledger.held(stretch.range()).isEmpty()));
    }

    /** Does all of it on tables that nobody sees, so that a test that fails keeps everything from being published. */
    private void rehearse(Plan plan, TableIdentifier bronze, Table table) {
        try (Rehearsal rehearsal = new Rehearsal(catalog, table.io(), folder);
                ModelEngine trial = new ModelEngine(rehearsal, rehearsed, clock)) {
            new BackfillCommitter(rehearsal.loadTable(bronze), lost -> false).publish(job.id(), plan.staged());
            models.run(trial, plan.fresh(), plan.held(), run -> run.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
