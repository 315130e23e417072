package dev.sluice.sink.merge;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckTypes;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.SqlText;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an index keeps of a row, in two tables. The entry is what a decision needs: the key as a 128-bit hash, so that a
 * look-up compares 16 bytes instead of strings; the row's file and position; the ordering and the folded columns; a
 * hash of the rest. The rest itself is kept by file and position, never changed and seldom read: a row that improves
 * late would otherwise be sought in every data file.
 */
record IndexLayout(MergeSpec spec) {
    /** The hash of the key columns. */
    static final String KEY = "_sluice_key";
    /** The hash of the columns that come from the newest row. */
    static final String CONTENT = "_sluice_content";

    /** Where the rest is: its row id in the table of the rests, which only grows. */
    static final String REST = "_sluice_rest";

    /** The columns that an entry keeps under their own names. */
    List<MergeColumn> kept() {
        List<MergeColumn> order = spec.orderColumns();
        return spec.columns().stream()
                .filter(column -> order.contains(column) || column.fold() != Fold.NEWEST)
                .toList();
    }

    /** The columns that the rest keeps. */
    List<MergeColumn> rest() {
        List<MergeColumn> order = spec.orderColumns();
        return spec.newest().stream().filter(column -> !order.contains(column)).toList();
    }

    /** SQL of the hash of the key columns. */
    String key() {
        if (spec.key().size() == 1) {
            return "md5_number(CAST(%s AS VARCHAR))"
                    .formatted(SqlText.name(spec.key().get(0)));
        }
        // With the lengths, no two keys make the same text.
        return "md5_number(concat(%s))"
                .formatted(SqlText.list(
                        spec.key(),
                        key -> "length(CAST(%1$s AS VARCHAR)), ':', CAST(%1$s AS VARCHAR)"
                                .formatted(SqlText.name(key))));
    }

    /** SQL of the hash of the content. */
    String content() {
        List<MergeColumn> newest = spec.newest();
        return newest.isEmpty()
                ? "CAST(0 AS UBIGINT)"
                : "hash(" + SqlText.list(newest, column -> SqlText.name(column.name())) + ")";
    }

    String entryDefinition() {
        return "%s UHUGEINT, %s INTEGER, %s BIGINT, %s BIGINT, %s UBIGINT%s"
                .formatted(KEY, FileRelation.FILE, FileRelation.POSITION, REST, CONTENT, definitions(kept()));
    }

    String restDefinition() {
        return "%s INTEGER, %s BIGINT%s".formatted(FileRelation.FILE, FileRelation.POSITION, definitions(rest()));
    }

    private static String definitions(List<MergeColumn> columns) {
        return SqlText.join(
                columns, "", column -> ", " + SqlText.name(column.name()) + " " + DuckTypes.of(column.type()));
    }

    /**
     * A SELECT of entries from rows of the table with their place.
     *
     * @param firstRest the row id that the rest of the first of the rows will have
     */
    String entries(String located, int firstFile, long firstRest) {
        return "SELECT %s, %s + %d, %s, row_number() OVER () + %d, %s%s FROM (%s)"
                .formatted(
                        key(),
                        FileRelation.FILE,
                        firstFile,
                        FileRelation.POSITION,
                        firstRest - 1,
                        content(),
                        names(kept()),
                        located);
    }

    /** A SELECT of the rest of the same rows, in the same order. */
    String rests(String located, int firstFile) {
        return "SELECT %s + %d, %s%s FROM (%s)"
                .formatted(FileRelation.FILE, firstFile, FileRelation.POSITION, names(rest()), located);
    }

    private static String names(List<MergeColumn> columns) {
        return SqlText.join(columns, "", column -> ", " + SqlText.name(column.name()));
    }

    /** Names the hash functions and the columns; an index of another layout is useless. */
    String text(DuckDb db) throws SQLException {
        String version = db.rows("SELECT version()", row -> row.getString(1)).get(0);
        return version + " entries with row ids of rests of "
                + spec.columns().stream()
                        .map(column -> column.name() + ":" + column.type() + ":" + column.fold())
                        .collect(Collectors.joining(" "))
                + " by " + spec.key() + " " + spec.orderBy();
    }
}
