package dev.sluice.sink.land;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Pieces of a value's bytes that must not be kept, each with what takes its place, in order and not overlapping. */
final class Splices {
    private final List<Splice> splices = new ArrayList<>();

    private record Splice(int from, int to, ByteBuffer instead) {}

    void clear() {
        if (!splices.isEmpty()) {
            splices.clear();
        }
    }

    void replace(int from, int to, byte[] instead) {
        splices.add(new Splice(from, to, ByteBuffer.wrap(instead)));
    }

    /** The bytes of {@code [from, to)} with every piece replaced; a view when there is none. */
    ByteBuffer apply(byte[] bytes, int from, int to) {
        if (splices.isEmpty()) {
            return ByteBuffer.wrap(bytes, from, to - from).slice();
        }
        int size = to - from;
        for (Splice splice : splices) {
            size += splice.instead.remaining() - (splice.to - splice.from);
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        int at = from;
        for (Splice splice : splices) {
            out.put(bytes, at, splice.from - at).put(splice.instead.duplicate());
            at = splice.to;
        }
        return out.put(bytes, at, to - at).flip();
    }
}
