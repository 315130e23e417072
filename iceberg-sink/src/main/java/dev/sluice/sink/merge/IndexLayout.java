package dev.sluice.sink.merge;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckTypes;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.SqlText;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an index keeps of a row, and the SQL that takes it out of a relation and brings it back. Of the key two hashes,
 * so that a look-up compares 16 bytes instead of strings. In the record: the row's file and position and a hash of the
 * columns that come from the newest row; then what a decision needs, the ordering and the folded columns; then the
 * rest, which is needed when a row improves late.
 */
record IndexLayout(MergeSpec spec) {
    /** The two hashes of the key columns. */
    static final String HIGH = "_sluice_high";

    static final String LOW = "_sluice_low";

    /** The hash of the columns that come from the newest row. */
    static final String CONTENT = "_sluice_content";

    /** Where the record is. */
    static final String RECORD = "_sluice_record";

    /** The columns that a decision needs. */
    List<MergeColumn> kept() {
        List<MergeColumn> order = spec.orderColumns();
        return spec.columns().stream()
                .filter(column -> order.contains(column) || column.fold() != Fold.NEWEST)
                .toList();
    }

    /** The columns that only a late row needs. */
    List<MergeColumn> rest() {
        List<MergeColumn> order = spec.orderColumns();
        return spec.newest().stream().filter(column -> !order.contains(column)).toList();
    }

    /** All columns of a record, in its order. */
    List<MergeColumn> recorded() {
        return Stream.concat(kept().stream(), rest().stream()).toList();
    }

    /** SQL of {@link #HIGH} and {@link #LOW}, of rows with the key columns. */
    String hashes() {
        String key = spec.key().size() == 1
                ? text(spec.key().get(0))
                // With the lengths, no two keys make the same text.
                : "concat(%s)"
                        .formatted(SqlText.list(spec.key(), name -> "length(%1$s), ':', %1$s".formatted(text(name))));
        return "CAST(hash(%1$s) >> 1 AS BIGINT) AS %2$s, CAST(hash(concat('~', %1$s)) >> 1 AS BIGINT) AS %3$s"
                .formatted(key, HIGH, LOW);
    }

    private static String text(String name) {
        return "CAST(%s AS VARCHAR)".formatted(SqlText.name(name));
    }

    /** SQL of the hash of the content. */
    String content() {
        List<MergeColumn> newest = spec.newest();
        return newest.isEmpty()
                ? "CAST(0 AS BIGINT)"
                : "CAST(hash(%s) >> 1 AS BIGINT)"
                        .formatted(SqlText.list(newest, column -> SqlText.name(column.name())));
    }

    /**
     * The columns that {@link RowCodec#encode} reads: both hashes, file, position, content, each recorded column as a
     * number or as the length of its text, and all texts in one. A driver makes a string object per text otherwise,
     * which costs more than all the numbers.
     */
    String encoded() {
        List<MergeColumn> texts = recorded().stream()
                .filter(column -> Stored.of(column.type()) == Stored.TEXT)
                .toList();
        return "%s, %s, %s, %s%s%s"
                .formatted(
                        hashes(),
                        FileRelation.FILE,
                        FileRelation.POSITION,
                        content(),
                        SqlText.join(recorded(), "", column -> {
                            String value = Stored.encoded(column.type(), SqlText.name(column.name()));
                            return ", " + (texts.contains(column) ? "strlen(%s)".formatted(value) : value);
                        }),
                        texts.isEmpty()
                                ? ""
                                : ", concat(%s)"
                                        .formatted(SqlText.list(
                                                texts,
                                                column -> Stored.encoded(column.type(), SqlText.name(column.name())))));
    }

    /** The columns of a table that {@link RowCodec} appends to, with their types. */
    static String definitions(List<MergeColumn> columns) {
        return SqlText.join(
                columns,
                "",
                column -> ", %s %s"
                        .formatted(
                                SqlText.name(column.name()),
                                Stored.of(column.type()).sqlType()));
    }

    /** The columns of such a table as the values that they were, each after a comma. */
    static String decoded(List<MergeColumn> columns, String prefix) {
        return SqlText.join(columns, "", column -> {
            String name = SqlText.name(column.name());
            return ", %s AS %s".formatted(Stored.decoded(column.type(), prefix + name), name);
        });
    }

    /** Names the hash functions and the columns; an index of another layout is useless. */
    String text(DuckDb db) throws SQLException {
        String version = db.rows("SELECT version()", row -> row.getString(1)).get(0);
        return version + " records of "
                + spec.columns().stream()
                        .map(column -> column.name() + ":" + DuckTypes.of(column.type()) + ":" + column.fold())
                        .collect(Collectors.joining(" "))
                + " by " + spec.key() + " " + spec.orderBy();
    }
}
