package dev.sluice.sink.merge;

import dev.sluice.sink.duck.SqlText;

/** What a merge is about to commit, as SQL in its instance; for an audit between the plan and the commit. */
public final class Planned {
    private final MergeSpec spec;
    private final boolean replaces;

    private Planned(MergeSpec spec, boolean replaces) {
        this.spec = spec;
        this.replaces = replaces;
    }

    /** Of {@link TableMerge#merge}. */
    public static Planned merge(MergeSpec spec) {
        return new Planned(spec, false);
    }

    /** Of {@link TableMerge#replace}. */
    public static Planned replace(MergeSpec spec) {
        return new Planned(spec, true);
    }

    /** A SELECT of the rows that the commit writes. */
    public String written() {
        return "SELECT %s FROM %s"
                .formatted(
                        SqlText.list(spec.columns(), column -> SqlText.name(column.name())),
                        replaces ? KeyedMerge.FOLDED : KeyedMerge.OUT);
    }

    /** A SELECT of all rows as the commit would leave them, from a SELECT of those that are there now. */
    public String after(String now) {
        if (replaces) {
            return written();
        }
        String keys = SqlText.list(spec.key(), SqlText::name);
        return "%s UNION ALL SELECT %s FROM (%s) ANTI JOIN (SELECT %s FROM %s WHERE rowid IN (%s)) USING (%s)"
                .formatted(
                        written(),
                        SqlText.list(spec.columns(), column -> SqlText.name(column.name())),
                        now,
                        keys,
                        KeyIndex.ENTRY,
                        KeyedMerge.replacedEntries(),
                        keys);
    }

    /** A SELECT of by how many rows the commit changes the table, from the number that is there now. */
    public String rows(long now) {
        return replaces
                ? "SELECT count(*) FROM " + KeyedMerge.FOLDED
                : "SELECT %d + (SELECT count(*) FROM %s) - (SELECT count(*) FROM (%s))"
                        .formatted(now, KeyedMerge.OUT, KeyedMerge.replacedEntries());
    }
}
