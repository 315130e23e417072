package dev.sluice.sink.land;

import org.jspecify.annotations.Nullable;

/** Reads the branch that the value says. */
final class UnionReader implements ValueReader {
    private final ValueReader[] branches;

    UnionReader(ValueReader[] branches) {
        this.branches = branches;
    }

    @Override
    public @Nullable Object read(AvroInput in, @Nullable Object reuse) throws MalformedValue {
        return branches[in.readIndex(branches.length, "a union branch")].read(in, reuse);
    }
}
