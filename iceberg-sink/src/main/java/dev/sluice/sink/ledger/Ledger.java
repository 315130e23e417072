package dev.sluice.sink.ledger;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a bronze table holds, immutable: {@link #advanced} gives the ledger after a range.
 *
 * @param entries one per source partition, ordered by topic and partition
 * @param announcementOffset the offset of the last announcement taken in, or {@link #NO_ANNOUNCEMENT}
 * @param batchId the id of the commit that wrote this ledger, or the empty string for an empty table
 * @param epoch the leader's epoch at that commit
 */
public record Ledger(
        NavigableMap<SourcePartition, LedgerEntry> entries, long announcementOffset, String batchId, long epoch) {
    /** The announcement offset of a table into which nothing was committed yet. */
    public static final long NO_ANNOUNCEMENT = -1;

    public static final Ledger EMPTY = new Ledger(new TreeMap<>(), NO_ANNOUNCEMENT, "", 0);

    public Ledger {
        entries = Collections.unmodifiableNavigableMap(new TreeMap<>(entries));
    }

    static Ledger of(Collection<LedgerEntry> entries, long announcementOffset, String batchId, long epoch) {
        NavigableMap<SourcePartition, LedgerEntry> byPartition = new TreeMap<>();
        entries.forEach(entry -> byPartition.put(entry.source(), entry));
        return new Ledger(byPartition, announcementOffset, batchId, epoch);
    }

    public boolean isEmpty() {
        return batchId.isEmpty();
    }

    public Optional<LedgerEntry> entry(SourcePartition source) {
        return Optional.ofNullable(entries.get(source));
    }

    /** The totals of all partitions. */
    public RangeCounts counts() {
        return entries.values().stream().map(LedgerEntry::counts).reduce(RangeCounts.NONE, RangeCounts::plus);
    }

    /**
     * Says whether a range is the next one or already there.
     *
     * @throws SluiceException {@code LEDGER_GAP} when offsets between the table's last and the range's first are
     *     missing or the range is there in part only, {@code SOURCE_RECREATED} when the table was landed from another
     *     topic or cluster of that name
     */
    public Placement place(OffsetRange range) {
        LedgerEntry held = entries.get(range.source());
        if (held == null) {
            refuseNamesake(range);
            return Placement.NEXT;
        }
        if (range.from() == held.to() && range.length() > 0) {
            return Placement.NEXT;
        }
        if (range.to() <= held.to()) {
            return Placement.DUPLICATE;
        }
        throw new SluiceException(
                ErrorCode.LEDGER_GAP,
                "[%s@%d] Cannot commit the announced range %s: %s, expected it to start at %d, found %d. Nothing was committed; run 'sluice audit' to see which offsets are missing."
                        .formatted(
                                range.source(),
                                range.from(),
                                range,
                                range.from() > held.to()
                                        ? "offsets are missing before it"
                                        : "a part of it is in the table already",
                                held.to(),
                                range.from()));
    }

    private void refuseNamesake(OffsetRange range) {
        for (SourcePartition known : entries.keySet()) {
            boolean recreated = known.topic().equals(range.source().topic())
                    && !(known.topicId().equals(range.source().topicId())
                            && known.clusterId().equals(range.source().clusterId()));
            if (recreated) {
                throw new SluiceException(
                        ErrorCode.SOURCE_RECREATED,
                        "[%s@%d] Cannot commit the announced range: the topic '%s' is not the one the table was landed from, expected cluster %s and topic id %s, found cluster %s and topic id %s. If the topic was recreated on purpose, land it into a new table or name the old topic's end a decision: see docs/runbooks/recreated-topic.md."
                                .formatted(
                                        range.source(),
                                        range.from(),
                                        known.topic(),
                                        known.clusterId(),
                                        known.topicId(),
                                        range.source().clusterId(),
                                        range.source().topicId()));
            }
        }
    }

    /** The ledger with a range added that {@link #place} called next. */
    public Ledger advanced(OffsetRange range, RangeCounts counts) {
        NavigableMap<SourcePartition, LedgerEntry> next = new TreeMap<>(entries);
        LedgerEntry held = entries.get(range.source());
        next.put(range.source(), held == null ? LedgerEntry.startingWith(range, counts) : held.advanced(range, counts));
        return new Ledger(next, announcementOffset, batchId, epoch);
    }

    /** The ledger as the commit of that batch, up to that announcement, by the leader of that epoch leaves it. */
    public Ledger stamped(String newBatchId, long newAnnouncementOffset, long newEpoch) {
        return new Ledger(entries, Math.max(announcementOffset, newAnnouncementOffset), newBatchId, newEpoch);
    }
}
