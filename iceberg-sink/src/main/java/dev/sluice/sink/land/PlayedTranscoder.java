package dev.sluice.sink.land;

import dev.sluice.sink.land.columns.ColumnNode;
import org.jspecify.annotations.Nullable;

/** Adds what a reader of the plain way makes of a value: the way of everything that has no faster one. */
final class PlayedTranscoder implements Transcoder {
    private final ValueReader reader;
    private final ColumnNode node;
    private @Nullable Object spare;

    PlayedTranscoder(ValueReader reader, ColumnNode node) {
        this.reader = reader;
        this.node = node;
    }

    @Override
    public void read(AvroInput in, int rep) throws MalformedValue {
        Object value = reader.read(in, spare);
        if (value != null) {
            spare = value;
        }
        node.addNullable(value, rep, node.def() - 1);
    }
}
