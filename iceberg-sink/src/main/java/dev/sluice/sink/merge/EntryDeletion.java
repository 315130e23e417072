package dev.sluice.sink.merge;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.FileRelation;
import java.sql.SQLException;

/**
 * Takes entries out of a key index by the row ids that the look-up found: a quarter of what it costs to seek them by
 * file and position. Row ids change only when DuckDB writes row groups anew at a commit, and none lies between; it is
 * checked all the same, because an index that lost the wrong entries would never be found out.
 */
final class EntryDeletion {
    private static final String DOOMED = "sluice_doomed";
    private static final String SAMPLE = "sluice_doomed_sample";
    /** Rows of a row group of DuckDB. When a row moves, all later rows of its row group move too. */
    private static final int ROW_GROUP = 122_880;

    private final DuckDb db;

    EntryDeletion(DuckDb db) {
        this.db = db;
    }

    /** Deletes entries, given a query for their file, position and {@link KeyedMerge#ENTRY_ROW}. */
    void delete(String entries) throws SQLException {
        long wanted = db.execute("CREATE OR REPLACE TEMP TABLE %s AS %s".formatted(DOOMED, entries));
        if (wanted == 0) {
            return;
        }
        String by = stands()
                ? "%1$s.rowid IN (SELECT %2$s FROM %3$s)".formatted(KeyIndex.ENTRY, KeyedMerge.ENTRY_ROW, DOOMED)
                : "(%1$s, %2$s) IN (SELECT (%1$s, %2$s) FROM %3$s)"
                        .formatted(FileRelation.FILE, FileRelation.POSITION, DOOMED);
        long deleted = db.execute("DELETE FROM %s WHERE %s".formatted(KeyIndex.ENTRY, by));
        if (deleted != wanted) {
            throw new SQLException("Key index had %d of %d entries to delete".formatted(deleted, wanted));
        }
    }

    /** Whether the last of them in every row group is still where it was. */
    private boolean stands() throws SQLException {
        long sampled = db.execute(
                "CREATE OR REPLACE TEMP TABLE %1$s AS SELECT * FROM %2$s WHERE %3$s IN (SELECT max(%3$s) FROM %2$s GROUP BY %3$s // %4$d)"
                        .formatted(SAMPLE, DOOMED, KeyedMerge.ENTRY_ROW, ROW_GROUP));
        return db.number(
                        "SELECT count(*) FROM (SELECT rowid AS %1$s, %2$s, %3$s FROM %4$s WHERE rowid IN (SELECT %1$s FROM %5$s)) JOIN %5$s USING (%1$s, %2$s, %3$s)"
                                .formatted(
                                        KeyedMerge.ENTRY_ROW,
                                        FileRelation.FILE,
                                        FileRelation.POSITION,
                                        KeyIndex.ENTRY,
                                        SAMPLE))
                == sampled;
    }
}
