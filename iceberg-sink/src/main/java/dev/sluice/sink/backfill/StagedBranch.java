package dev.sluice.sink.backfill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import dev.sluice.sink.ledger.SourcePartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * The branch of a bronze table on which a backfill stages its batches until they are published: one snapshot per batch,
 * whose summary says which stretches it is complete for. Readers of the table do not see it, and the snapshots are kept
 * as long as the branch is.
 */
public final class StagedBranch {
    private static final String STAGED = "sluice.backfill-staged";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Table table;
    private final String backfillId;

    public StagedBranch(Table table, String backfillId) {
        this.table = table;
        this.backfillId = backfillId;
    }

    /** The branch's name. */
    public String name() {
        return "sluice-" + backfillId;
    }

    /** By number, the stretches of the batches that are staged. */
    public Map<Integer, List<LandedStretch>> batches() {
        table.refresh();
        Map<Integer, List<LandedStretch>> batches = new TreeMap<>();
        SnapshotRef head = table.refs().get(name());
        if (head == null) {
            return batches;
        }
        for (Snapshot snapshot : SnapshotUtil.ancestorsOf(head.snapshotId(), table::snapshot)) {
            if (!backfillId.equals(snapshot.summary().get(BackfillCommitter.BACKFILL_ID))
                    || !snapshot.summary().containsKey(STAGED)) {
                break;
            }
            batches.put(
                    Integer.parseInt(snapshot.summary().get(BackfillCommitter.BACKFILL_BATCH)), stretches(snapshot));
        }
        return batches;
    }

    /**
     * Stages a batch. One that is staged already is to be found by {@link #batches} before.
     *
     * @throws SluiceException {@code COMMIT_UNKNOWN} when the catalog did not say; looking again is safe
     */
    public void stage(int batch, List<LandedStretch> stretches) {
        table.refresh();
        try {
            create();
            AppendFiles append = table.newAppend().toBranch(name());
            stretches.forEach(stretch -> stretch.files().forEach(append::appendFile));
            append.set(BackfillCommitter.BACKFILL_ID, backfillId)
                    .set(BackfillCommitter.BACKFILL_BATCH, Integer.toString(batch))
                    .set(STAGED, json(stretches))
                    .commit();
        } catch (CommitStateUnknownException e) {
            throw new SluiceException(
                    ErrorCode.COMMIT_UNKNOWN,
                    "[%s] Cannot tell whether batch %d of backfill %s was staged: %s"
                            .formatted(table.name(), batch, backfillId, e.getMessage()),
                    e);
        }
    }

    /**
     * Compares the rows on the branch with what was said of them when they were landed.
     *
     * @throws SluiceException {@code BACKFILL_STAGE} when a stretch does not have the rows that it should have
     */
    public void verify() {
        Map<Integer, List<LandedStretch>> batches = batches();
        SnapshotRef head = table.refs().get(name());
        if (head != null) {
            batches.forEach(
                    (batch, stretches) -> stretches.forEach(stretch -> verify(batch, stretch, head.snapshotId())));
        }
    }

    private void verify(int batch, LandedStretch stretch, long head) {
        long found = HeldOffsets.at(table, head, stretch.range()).size();
        if (found != stretch.counts().landed()) {
            throw new SluiceException(
                    ErrorCode.BACKFILL_STAGE,
                    "[%s] Cannot publish backfill %s: batch %d is not on its branch as it was landed, expected %d rows of %s, found %d. Cancel it and begin anew."
                            .formatted(
                                    table.name(),
                                    backfillId,
                                    batch,
                                    stretch.counts().landed(),
                                    stretch.range(),
                                    found));
        }
    }

    /** Removes the branch, if it is there. What was staged on it is then swept by the expiry of snapshots. */
    public void drop() {
        table.refresh();
        if (table.refs().containsKey(name())) {
            table.manageSnapshots().removeBranch(name()).commit();
        }
    }

    private void create() {
        if (!table.refs().containsKey(name())) {
            table.manageSnapshots()
                    .createBranch(name())
                    .setMinSnapshotsToKeep(name(), Integer.MAX_VALUE)
                    .setMaxSnapshotAgeMs(name(), Long.MAX_VALUE)
                    .commit();
        }
    }

    private static String json(List<LandedStretch> stretches) {
        ArrayNode array = JSON.createArrayNode();
        for (LandedStretch stretch : stretches) {
            SourcePartition source = stretch.range().source();
            ObjectNode node = array.addObject()
                    .put("cluster_id", source.clusterId())
                    .put("topic_id", source.topicId())
                    .put("topic", source.topic())
                    .put("partition", source.partition())
                    .put("from", stretch.range().from())
                    .put("to", stretch.range().to())
                    .put("rows", stretch.counts().rows())
                    .put("tombstones", stretch.counts().tombstones())
                    .put("dead_letters", stretch.counts().deadLetters());
            ArrayNode files = node.putArray("files");
            stretch.files().forEach(file -> files.add(file.location()));
        }
        return array.toString();
    }

    private List<LandedStretch> stretches(Snapshot snapshot) {
        Map<String, DataFile> files = new HashMap<>();
        for (DataFile file :
                SnapshotChanges.builderFor(table).snapshot(snapshot).build().addedDataFiles()) {
            files.put(file.location(), unnumbered(file));
        }
        List<LandedStretch> stretches = new ArrayList<>();
        try {
            for (JsonNode node : JSON.readTree(snapshot.summary().get(STAGED))) {
                List<DataFile> own = new ArrayList<>();
                node.required("files").forEach(location -> own.add(files.get(location.asText())));
                stretches.add(new LandedStretch(
                        new OffsetRange(
                                new SourcePartition(
                                        node.required("cluster_id").asText(),
                                        node.required("topic_id").asText(),
                                        node.required("topic").asText(),
                                        node.required("partition").intValue()),
                                node.required("from").longValue(),
                                node.required("to").longValue()),
                        new RangeCounts(
                                node.required("rows").longValue(),
                                node.required("tombstones").longValue(),
                                node.required("dead_letters").longValue()),
                        own,
                        List.of()));
            }
        } catch (JsonProcessingException e) {
            throw new SluiceException(
                    ErrorCode.BACKFILL_STAGE,
                    "[%s] Cannot read what backfill %s staged: %s".formatted(table.name(), backfillId, e.getMessage()),
                    e);
        }
        return stretches;
    }

    /** The file as a new one: the numbers that its rows got on the branch are the branch's. */
    private DataFile unnumbered(DataFile file) {
        return DataFiles.builder(table.specs().get(file.specId()))
                .copy(file)
                .withFirstRowId(null)
                .build();
    }
}
