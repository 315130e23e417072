package dev.sluice.sink.merge;

import dev.sluice.sink.duck.Column;
import org.apache.iceberg.types.Type;

/** A column of a merged table. */
public record MergeColumn(String name, Type type, Fold fold) {
    /** The column, without its fold. */
    public Column plain() {
        return new Column(name, type);
    }
}
