package dev.sluice.sink.land;

import org.jspecify.annotations.Nullable;

/** Reads an array into a list, or into nothing. */
final class ListReader extends BlockReader implements ValueReader {
    private final ValueReader element;
    private final boolean kept;

    ListReader(ValueReader element, boolean kept, int bytesPerItem, boolean mayChangeSize) {
        super(bytesPerItem, mayChangeSize);
        this.element = element;
        this.kept = kept;
    }

    @Override
    public @Nullable Object read(AvroInput in, @Nullable Object reuse) throws MalformedValue {
        if (!kept) {
            items(in, null);
            return null;
        }
        ListValue list = reuse instanceof ListValue old ? old.restarted() : new ListValue();
        items(in, list);
        return list;
    }

    @Override
    void item(AvroInput in, @Nullable Object into) throws MalformedValue {
        if (into instanceof ListValue list) {
            list.append(element.read(in, list.spare()));
        } else {
            element.read(in, null);
        }
    }
}
