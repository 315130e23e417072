package dev.sluice.sink.model;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.Column;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.merge.Tie;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * Rows of a bronze table that a model sees again.
 *
 * @param ranges which ones; at least one range
 * @param tie what happens when a row comes again as old as the one in the table: INCOMING when the table's may have
 *     been made by other SQL, GREATER_CONTENT when the rows are new to it
 */
public record Replay(List<OffsetRange> ranges, Tie tie) {
    private static final List<Column> PLACE = List.of(
            new Column(BronzeColumns.TOPIC, Types.StringType.get()),
            new Column(BronzeColumns.PARTITION, Types.IntegerType.get()),
            new Column(BronzeColumns.OFFSET, Types.LongType.get()));

    public Replay {
        ranges = List.copyOf(ranges);
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("A replay of no range");
        }
    }

    /** Prunes the files that cannot hold such a row. */
    Expression files() {
        Expression any = Expressions.alwaysFalse();
        for (OffsetRange range : ranges) {
            any = Expressions.or(
                    any,
                    Expressions.and(
                            Expressions.equal(
                                    BronzeColumns.TOPIC, range.source().topic()),
                            Expressions.equal(
                                    BronzeColumns.PARTITION, range.source().partition()),
                            Expressions.greaterThanOrEqual(BronzeColumns.OFFSET, range.from()),
                            Expressions.lessThan(BronzeColumns.OFFSET, range.to())));
        }
        return any;
    }

    /** A condition on {@link #columns}. */
    public String condition() {
        return SqlText.join(
                ranges,
                " OR ",
                range -> "(%s = %s AND %s = %d AND %s >= %d AND %s < %d)"
                        .formatted(
                                BronzeColumns.TOPIC,
                                SqlText.literal(range.source().topic()),
                                BronzeColumns.PARTITION,
                                range.source().partition(),
                                BronzeColumns.OFFSET,
                                range.from(),
                                BronzeColumns.OFFSET,
                                range.to()));
    }

    /** The columns shown to a model, and those that say where a row comes from. */
    public List<Column> columns(List<Column> shown) {
        List<String> names = shown.stream().map(Column::name).toList();
        return Stream.concat(shown.stream(), PLACE.stream().filter(column -> !names.contains(column.name())))
                .toList();
    }

    /** Whether a table's rows say where they come from. */
    public static boolean isPossible(Schema table) {
        return PLACE.stream().allMatch(column -> table.findField(column.name()) != null);
    }

    /** Says that the rows of a model's driving table cannot be shown again. */
    public static SluiceException impossible(Model model) {
        return new SluiceException(
                ErrorCode.MODEL_INVALID,
                "[%s] Cannot show rows again: %s is no bronze table, expected rows with topic, partition and offset"
                        .formatted(model.name(), model.driver().name()));
    }
}
