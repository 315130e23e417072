package dev.sluice.app.backfill;

import dev.sluice.app.backfill.DeadLetterSender.Letter;
import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.ingest.RecordLander;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.kafka.TopicReader;
import dev.sluice.app.retry.Pause;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.backfill.AffectedModels;
import dev.sluice.sink.backfill.BackfillBatch;
import dev.sluice.sink.backfill.BackfillCommitter;
import dev.sluice.sink.backfill.BackfillJob;
import dev.sluice.sink.backfill.BatchCounts;
import dev.sluice.sink.backfill.HeldOffsets;
import dev.sluice.sink.backfill.LandedBatch;
import dev.sluice.sink.backfill.LandedStretch;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.TableLedger;
import dev.sluice.sink.model.ModelEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.common.TopicPartition;

/**
 * Does one batch: lands what bronze misses, sends what is rejected, and shows the models the rows. Every step finds out
 * by itself what was done before, so a batch may be done again from any point, by anyone, at the same time even.
 */
final class BatchRunner {
    private static final int LOOKS = 20;

    private final BackfillJob job;
    private final Catalog catalog;
    private final Cluster cluster;
    private final TopicReader topics;
    private final RecordLander lander;
    private final DeadOffsets dead;
    private final DeadLetterSender sender;
    private final AffectedModels models;
    private final ModelEngine engine;
    private final Throttle throttle;
    private final Patience patience;
    private final Pause pause;
    private final Faults faults;

    BatchRunner(
            BackfillJob job,
            Catalog catalog,
            Cluster cluster,
            TopicReader topics,
            RecordLander lander,
            DeadOffsets dead,
            DeadLetterSender sender,
            AffectedModels models,
            ModelEngine engine,
            Throttle throttle,
            Patience patience,
            Pause pause,
            Faults faults) {
        this.job = job;
        this.catalog = catalog;
        this.cluster = cluster;
        this.topics = topics;
        this.lander = lander;
        this.dead = dead;
        this.sender = sender;
        this.models = models;
        this.engine = engine;
        this.throttle = throttle;
        this.patience = patience;
        this.pause = pause;
        this.faults = faults;
    }

    /** What is there of a batch, and what is to be read. */
    private record Look(List<OffsetRange> recognised, long rows, List<Stretch> stretches) {}

    /** Whether the models see the batch. */
    enum Models {
        /** They see its rows again. */
        SHOWN,
        /** They wait for a later batch. */
        WAITING,
        /** They are made anew from everything. */
        REMADE
    }

    BatchCounts run(BackfillBatch batch, Models wanted) {
        for (int look = 1; ; look++) {
            Table table = catalog.loadTable(TableIdentifier.parse(job.table()));
            Look found = look(table, batch);
            try (StretchReader reader = new StretchReader(topics, cluster, lander, dead, throttle)) {
                reader.read(found.stretches());
                faults.pass(FaultPoint.BACKFILL_LANDED);
                List<Letter> sent = List.of();
                if (!reader.letters().isEmpty()) {
                    sent = sender.send(reader.letters());
                    faults.pass(FaultPoint.BACKFILL_LETTERS_SENT);
                }
                LandedBatch landed = reader.landed(sent);
                if (commit(table, batch, landed) == BackfillCommitter.Outcome.COMMITTED) {
                    faults.pass(FaultPoint.BACKFILL_COMMITTED);
                    Map<String, Long> changed = switch (wanted) {
                        case SHOWN -> show(landed.added(), found.recognised());
                        case WAITING -> Map.of();
                        case REMADE -> models.remake(engine, patience);
                    };
                    faults.pass(FaultPoint.BACKFILL_MODELS_RUN);
                    return new BatchCounts(
                            reader.count(),
                            landed.rows(),
                            found.rows(),
                            batch.ranges().stream().mapToLong(dead::count).sum(),
                            changed);
                }
            }
            if (look == LOOKS) {
                throw new SluiceException(
                        ErrorCode.COMMIT_CONFLICT,
                        "[%s] Cannot land batch %d of backfill %s: another backfill landed parts of it %d times in a row"
                                .formatted(job.table(), batch.number(), job.id(), LOOKS));
            }
        }
    }

    private Look look(Table table, BackfillBatch batch) {
        Ledger ledger = TableLedger.read(table);
        dead.refresh();
        List<OffsetRange> recognised = new ArrayList<>();
        List<Stretch> stretches = new ArrayList<>();
        long rows = 0;
        for (OffsetRange range : batch.ranges()) {
            if (!job.fromBronze()) {
                ledger.missing(range).forEach(missing -> stretches.add(new Stretch.Missing(missing)));
            }
            for (OffsetRange held : ledger.held(range)) {
                HeldOffsets offsets = HeldOffsets.in(table, held);
                recognised.add(held);
                rows += offsets.size();
                // Offsets without a row or a letter hold no record, or their row went missing.
                boolean repairs = !job.fromBronze() && offsets.size() + dead.count(held) < held.length();
                OffsetRange there = job.overwrites() || repairs ? there(held) : held;
                if (job.overwrites() && there.length() > 0) {
                    stretches.add(new Stretch.Overwrite(there, offsets));
                } else if (repairs && there.length() > 0) {
                    stretches.add(new Stretch.Repair(there, offsets));
                }
            }
        }
        return new Look(recognised, rows, stretches);
    }

    /** The part of a range that the topic still holds. */
    private OffsetRange there(OffsetRange range) {
        long start = cluster.logStart(
                new TopicPartition(range.source().topic(), range.source().partition()));
        long from = Math.min(range.to(), Math.max(range.from(), start));
        return new OffsetRange(range.source(), from, range.to());
    }

    private BackfillCommitter.Outcome commit(Table table, BackfillBatch batch, LandedBatch landed) {
        if (landed.isEmpty()) {
            return BackfillCommitter.Outcome.COMMITTED;
        }
        return new BackfillCommitter(table, lost -> pause.await(Patience.YIELD.after(lost)))
                .commit(job.id(), batch.number(), landed);
    }

    private Map<String, Long> show(List<LandedStretch> landed, List<OffsetRange> recognised) {
        List<OffsetRange> fresh = landed.stream()
                .filter(stretch -> !stretch.isRepair() && !stretch.files().isEmpty())
                .map(LandedStretch::range)
                .toList();
        List<OffsetRange> again = Stream.concat(
                        recognised.stream(),
                        landed.stream().filter(LandedStretch::isRepair).map(LandedStretch::range))
                .distinct()
                .toList();
        return models.run(engine, fresh, again, patience);
    }
}
