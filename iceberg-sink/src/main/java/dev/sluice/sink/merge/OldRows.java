package dev.sluice.sink.merge;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.SqlText;
import java.sql.SQLException;

/**
 * Fetches from a key index what entries do not hold. An entry names the row id of its rest; should that be another row,
 * the rests are sought by file and position, which passes over all of them.
 */
final class OldRows {
    private static final String FETCHED = "sluice_fetched";

    private final DuckDb db;
    private final IndexLayout layout;

    OldRows(DuckDb db, IndexLayout layout) {
        this.db = db;
        this.layout = layout;
    }

    /**
     * Makes a temporary table of the rows of another one, each with the columns of its rest.
     *
     * @param needed a temporary table with file, position, {@link IndexLayout#REST} and other columns, which are kept
     */
    void fetch(String table, String needed) throws SQLException {
        String place = "%s, %s, %s".formatted(FileRelation.FILE, FileRelation.POSITION, IndexLayout.REST);
        if (layout.rest().isEmpty()) {
            db.execute("CREATE TEMP TABLE %s AS SELECT * EXCLUDE (%s) FROM %s".formatted(table, place, needed));
            return;
        }
        String rests = SqlText.join(layout.rest(), "", column -> ", x." + SqlText.name(column.name()));
        String select = "SELECT n.* EXCLUDE (%s)%s FROM %s n JOIN ".formatted(place, rests, needed);
        String samePlace = "x.%1$s = n.%1$s AND x.%2$s = n.%2$s".formatted(FileRelation.FILE, FileRelation.POSITION);
        db.execute(
                "CREATE OR REPLACE TEMP TABLE %1$s AS SELECT rowid AS %2$s, * FROM %3$s WHERE rowid IN (SELECT %2$s FROM %4$s)"
                        .formatted(FETCHED, IndexLayout.REST, KeyIndex.REST, needed));
        long found = db.execute("CREATE TEMP TABLE %s AS %s%s x ON x.%4$s = n.%4$s AND %5$s"
                .formatted(table, select, FETCHED, IndexLayout.REST, samePlace));
        if (found < db.number("SELECT count(*) FROM " + needed)) {
            db.execute("CREATE OR REPLACE TEMP TABLE %s AS %s%s x ON %s"
                    .formatted(table, select, KeyIndex.REST, samePlace));
        }
    }
}
