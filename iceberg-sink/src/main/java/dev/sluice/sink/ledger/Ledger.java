package dev.sluice.sink.ledger;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a bronze table holds, immutable: {@link #advanced} gives the ledger after a range of the live flow,
 * {@link #backfilled(OffsetRange, RangeCounts)} after an older one.
 *
 * @param entries what the live flow landed, one per source partition, ordered by topic and partition
 * @param backfilled older stretches that backfills landed and that do not touch the entry of their partition nor each
 *     other; one that comes to touch is joined, and an entry then starts earlier
 * @param announcementOffset the offset of the last announcement taken in, or {@link #NO_ANNOUNCEMENT}
 * @param batchId the id of the commit that wrote this ledger, or the empty string for an empty table
 * @param epoch the leader's epoch at that commit
 */
public record Ledger(
        NavigableMap<SourcePartition, LedgerEntry> entries,
        List<LedgerEntry> backfilled,
        long announcementOffset,
        String batchId,
        long epoch) {
    private static final Comparator<LedgerEntry> BY_PLACE =
            Comparator.comparing(LedgerEntry::source).thenComparingLong(LedgerEntry::first);
    /** The announcement offset of a table into which nothing was committed yet. */
    public static final long NO_ANNOUNCEMENT = -1;

    public static final Ledger EMPTY = new Ledger(new TreeMap<>(), List.of(), NO_ANNOUNCEMENT, "", 0);

    public Ledger {
        entries = Collections.unmodifiableNavigableMap(new TreeMap<>(entries));
        backfilled = backfilled.stream().sorted(BY_PLACE).toList();
    }

    static Ledger of(
            Collection<LedgerEntry> entries,
            List<LedgerEntry> backfilled,
            long announcementOffset,
            String batchId,
            long epoch) {
        NavigableMap<SourcePartition, LedgerEntry> byPartition = new TreeMap<>();
        entries.forEach(entry -> byPartition.put(entry.source(), entry));
        return new Ledger(byPartition, backfilled, announcementOffset, batchId, epoch);
    }

    public boolean isEmpty() {
        return batchId.isEmpty();
    }

    public Optional<LedgerEntry> entry(SourcePartition source) {
        return Optional.ofNullable(entries.get(source));
    }

    /** The totals of all partitions. */
    public RangeCounts counts() {
        return stretches().stream().map(LedgerEntry::counts).reduce(RangeCounts.NONE, RangeCounts::plus);
    }

    /** Everything that the table holds, by place: the backfilled stretches and the entries. */
    public List<LedgerEntry> stretches() {
        List<LedgerEntry> all = new ArrayList<>(backfilled);
        all.addAll(entries.values());
        all.sort(BY_PLACE);
        return all;
    }

    /** The parts of a range that the table holds, in order. */
    public List<OffsetRange> held(OffsetRange range) {
        List<OffsetRange> held = new ArrayList<>();
        for (LedgerEntry stretch : stretches()) {
            long from = Math.max(range.from(), stretch.first());
            long to = Math.min(range.to(), stretch.to());
            if (stretch.source().equals(range.source()) && from < to) {
                held.add(new OffsetRange(range.source(), from, to));
            }
        }
        return held;
    }

    /** The parts of a range that the table does not hold, in order. */
    public List<OffsetRange> missing(OffsetRange range) {
        List<OffsetRange> missing = new ArrayList<>();
        long from = range.from();
        for (OffsetRange held : held(range)) {
            if (from < held.from()) {
                missing.add(new OffsetRange(range.source(), from, held.from()));
            }
            from = held.to();
        }
        if (from < range.to()) {
            missing.add(new OffsetRange(range.source(), from, range.to()));
        }
        return missing;
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
            refuseBackfilled(range);
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

    /** Only when somebody set the group back to offsets that a backfill has landed. */
    private void refuseBackfilled(OffsetRange range) {
        List<OffsetRange> held = held(range);
        if (!held.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.LEDGER_GAP,
                    "[%s@%d] Cannot commit the announced range %s: a backfill has landed a part of it, expected none of it in the table, found %s. Set the consumer group to offset %d."
                            .formatted(
                                    range.source(),
                                    range.from(),
                                    range,
                                    held,
                                    held.get(held.size() - 1).to()));
        }
    }

    private void refuseNamesake(OffsetRange range) {
        for (LedgerEntry stretch : stretches()) {
            SourcePartition known = stretch.source();
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
        return with(next, backfilled);
    }

    /**
     * The ledger with an older range added, of which it must hold nothing yet.
     *
     * @throws SluiceException {@code SOURCE_RECREATED} as {@link #place}; {@code LEDGER_GAP} when it is the live flow's
     *     or there already
     */
    public Ledger backfilled(OffsetRange range, RangeCounts counts) {
        refuseNamesake(range);
        LedgerEntry live = entries.get(range.source());
        if (!held(range).isEmpty() || (live != null && range.to() > live.first())) {
            throw new SluiceException(
                    ErrorCode.LEDGER_GAP,
                    "[%s@%d] Cannot backfill the range %s: expected none of it in the table and all of it before the live flow's, found %s held and the live flow's %s"
                            .formatted(range.source(), range.from(), range, held(range), live));
        }
        List<LedgerEntry> all = new ArrayList<>(backfilled);
        all.add(LedgerEntry.startingWith(range, counts));
        return with(entries, all);
    }

    /**
     * The ledger after rows of a range that it holds became dead letters, because their records were landed again and
     * rejected.
     *
     * @throws IllegalArgumentException when the range is not within one stretch, or has fewer rows
     */
    public Ledger rejected(OffsetRange range, long rows) {
        NavigableMap<SourcePartition, LedgerEntry> newest = new TreeMap<>(entries);
        LedgerEntry live = entries.get(range.source());
        if (live != null && live.holds(range)) {
            newest.put(range.source(), live.rejected(rows));
            return new Ledger(newest, backfilled, announcementOffset, batchId, epoch);
        }
        List<LedgerEntry> older = new ArrayList<>(backfilled);
        for (LedgerEntry stretch : backfilled) {
            if (stretch.holds(range)) {
                older.set(older.indexOf(stretch), stretch.rejected(rows));
                return new Ledger(newest, older, announcementOffset, batchId, epoch);
            }
        }
        throw new IllegalArgumentException("Not held in one stretch: " + range + " by " + stretches());
    }

    /** Joins stretches that touch. */
    private Ledger with(NavigableMap<SourcePartition, LedgerEntry> live, List<LedgerEntry> older) {
        NavigableMap<SourcePartition, LedgerEntry> newest = new TreeMap<>(live);
        List<LedgerEntry> apart = new ArrayList<>();
        List<LedgerEntry> fromTheEnd = new ArrayList<>(older);
        fromTheEnd.sort(BY_PLACE.reversed());
        for (LedgerEntry stretch : fromTheEnd) {
            LedgerEntry entry = newest.get(stretch.source());
            LedgerEntry next = apart.isEmpty() ? null : apart.get(apart.size() - 1);
            if (entry != null && stretch.to() == entry.first()) {
                newest.put(entry.source(), stretch.joined(entry));
            } else if (next != null && next.source().equals(stretch.source()) && stretch.to() == next.first()) {
                apart.set(apart.size() - 1, stretch.joined(next));
            } else {
                apart.add(stretch);
            }
        }
        return new Ledger(newest, apart, announcementOffset, batchId, epoch);
    }

    /** The ledger as the commit of that batch, up to that announcement, by the leader of that epoch leaves it. */
    public Ledger stamped(String newBatchId, long newAnnouncementOffset, long newEpoch) {
        return new Ledger(
                entries, backfilled, Math.max(announcementOffset, newAnnouncementOffset), newBatchId, newEpoch);
    }
}
