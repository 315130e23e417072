package dev.sluice.sink.land;

import dev.sluice.sink.land.columns.ColumnNode;
import org.jspecify.annotations.Nullable;

/** A union of a type and null. */
final class NullableTranscoder implements Transcoder {
    private final ColumnNode node;
    private final Transcoder value;
    private final int valueIndex;
    private final int branches;
    private final @Nullable String nullDetail;

    /** @param nullDetail what a null is rejected with, null where it is good */
    NullableTranscoder(
            ColumnNode node, Transcoder value, NullableUnion union, int branches, @Nullable String nullDetail) {
        this.node = node;
        this.value = value;
        this.valueIndex = union.valueIndex();
        this.branches = branches;
        this.nullDetail = nullDetail;
    }

    @Override
    public void read(AvroInput in, int rep) throws MalformedValue {
        if (in.readIndex(branches, "a union branch") == valueIndex) {
            value.read(in, rep);
            return;
        }
        if (nullDetail != null) {
            in.broken(RejectReason.REQUIRED_NULL, nullDetail);
        }
        node.addNull(rep, node.def() - 1);
    }
}
