package dev.sluice.sink.land;

import dev.sluice.sink.land.columns.ColumnNode;
import org.jspecify.annotations.Nullable;

/** An array. A list column is never inside itself, so the level of its next element can be kept here. */
final class ListTranscoder extends BlockReader implements Transcoder {
    private final ColumnNode.Repeated node;
    private final Transcoder element;
    private int nextRep;

    ListTranscoder(ColumnNode.Repeated node, Transcoder element, int bytesPerItem, boolean mayChangeSize) {
        super(bytesPerItem, mayChangeSize);
        this.node = node;
        this.element = element;
    }

    @Override
    public void read(AvroInput in, int rep) throws MalformedValue {
        nextRep = rep;
        if (items(in, null) == 0) {
            node.addNull(rep, node.def());
        }
    }

    @Override
    void item(AvroInput in, @Nullable Object into) throws MalformedValue {
        int rep = nextRep;
        nextRep = node.repeated();
        element.read(in, rep);
    }
}
