package dev.sluice.sink.merge;

import dev.sluice.sink.duck.Column;
import java.util.List;
import java.util.stream.Stream;

/**
 * How rows of one table are merged.
 *
 * @param columns all columns, in table order
 * @param key names of the key columns; never null in a row
 * @param orderBy names of the columns that order rows of one key, most significant first; null is oldest. Empty: every
 *     incoming row is as new as the one in the table
 * @param tie what happens when the ordering is equal
 */
public record MergeSpec(List<MergeColumn> columns, List<String> key, List<String> orderBy, Tie tie) {
    public MergeSpec {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        orderBy = List.copyOf(orderBy);
    }

    /** All columns, without their fold. */
    public List<Column> plainColumns() {
        return columns.stream().map(MergeColumn::plain).toList();
    }

    /** The columns of {@link #key}. */
    public List<MergeColumn> keyColumns() {
        return named(key);
    }

    /** The columns of {@link #orderBy}. */
    public List<MergeColumn> orderColumns() {
        return named(orderBy);
    }

    /**
     * The columns that say whether a row is newer than the one in the table; empty when every incoming row replaces it.
     */
    public List<MergeColumn> compared() {
        return tie == Tie.INCOMING_EVEN_OLDER ? List.of() : orderColumns();
    }

    /** The same with another tie, unless every incoming row replaces the one in the table anyway. */
    public MergeSpec tied(Tie other) {
        return tie == Tie.INCOMING_EVEN_OLDER ? this : new MergeSpec(columns, key, orderBy, other);
    }

    /** The columns with a minimum or maximum. */
    public List<MergeColumn> folded() {
        return columns.stream().filter(column -> column.fold() != Fold.NEWEST).toList();
    }

    /** The columns taken from the newest row, without the key. */
    public List<MergeColumn> newest() {
        return columns.stream()
                .filter(column -> column.fold() == Fold.NEWEST && !key.contains(column.name()))
                .toList();
    }

    /** The columns whose values decide between rows of one key: the ordering, then the rest of {@link #newest}. */
    public List<MergeColumn> precedence() {
        List<MergeColumn> order = orderColumns();
        return Stream.concat(order.stream(), newest().stream().filter(column -> !order.contains(column)))
                .toList();
    }

    private List<MergeColumn> named(List<String> names) {
        return names.stream()
                .map(name -> columns.stream()
                        .filter(column -> column.name().equals(name))
                        .findFirst()
                        .orElseThrow())
                .toList();
    }
}
