package dev.sluice.app.backfill;

import dev.sluice.app.backfill.DeadLetterSender.Letter;
import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.ingest.RecordLander;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.kafka.TopicReader;
import dev.sluice.sink.backfill.BackfillBatch;
import dev.sluice.sink.backfill.BackfillJob;
import dev.sluice.sink.backfill.BatchCounts;
import dev.sluice.sink.backfill.HeldOffsets;
import dev.sluice.sink.backfill.LandedStretch;
import dev.sluice.sink.backfill.StagedBranch;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.TableLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Lands what the ledger misses of a batch onto the backfill's branch, where nobody sees it. Dead letters are sent at
 * once: a letter of an offset that the table does not hold yet counts for nothing, and whoever lands it knows it.
 */
final class BatchStager {
    private final BackfillJob job;
    private final Catalog catalog;
    private final Cluster cluster;
    private final TopicReader topics;
    private final RecordLander lander;
    private final DeadOffsets dead;
    private final DeadLetterSender sender;
    private final Throttle throttle;
    private final Faults faults;

    BatchStager(
            BackfillJob job,
            Catalog catalog,
            Cluster cluster,
            TopicReader topics,
            RecordLander lander,
            DeadOffsets dead,
            DeadLetterSender sender,
            Throttle throttle,
            Faults faults) {
        this.job = job;
        this.catalog = catalog;
        this.cluster = cluster;
        this.topics = topics;
        this.lander = lander;
        this.dead = dead;
        this.sender = sender;
        this.throttle = throttle;
        this.faults = faults;
    }

    BatchCounts run(BackfillBatch batch) {
        Table table = catalog.loadTable(TableIdentifier.parse(job.table()));
        StagedBranch branch = new StagedBranch(table, job.id());
        List<LandedStretch> staged = branch.batches().get(batch.number());
        dead.refresh();
        Ledger ledger = TableLedger.read(table);
        long recognised = 0;
        List<Stretch> missing = new ArrayList<>();
        for (OffsetRange range : batch.ranges()) {
            ledger.missing(range).forEach(one -> missing.add(new Stretch.Missing(one)));
            for (OffsetRange held : ledger.held(range)) {
                recognised += HeldOffsets.in(table, held).size();
            }
        }
        if (staged == null) {
            staged = missing.isEmpty() ? List.of() : stage(batch, branch, missing);
        }
        return new BatchCounts(
                staged.stream().mapToLong(stretch -> stretch.counts().records()).sum(),
                staged.stream().mapToLong(stretch -> stretch.counts().landed()).sum(),
                recognised,
                batch.ranges().stream().mapToLong(dead::count).sum(),
                Map.of());
    }

    private List<LandedStretch> stage(BackfillBatch batch, StagedBranch branch, List<Stretch> missing) {
        try (StretchReader reader = new StretchReader(topics, cluster, lander, dead, throttle)) {
            reader.read(missing);
            faults.pass(FaultPoint.BACKFILL_LANDED);
            List<Letter> sent = List.of();
            if (!reader.letters().isEmpty()) {
                sent = sender.send(reader.letters());
                faults.pass(FaultPoint.BACKFILL_LETTERS_SENT);
            }
            List<LandedStretch> landed = reader.landed(sent).added();
            branch.stage(batch.number(), landed);
            faults.pass(FaultPoint.BACKFILL_STAGED);
            return landed;
        }
    }
}
