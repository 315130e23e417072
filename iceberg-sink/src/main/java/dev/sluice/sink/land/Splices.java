package dev.sluice.sink.land;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Pieces of a value's bytes that must not be kept, each with what takes its place, in order and not overlapping. */
final class Splices {
    private final List<Splice> splices = new ArrayList<>();

    private static final class Splice {
        final int from;
        final int to;
        private final byte[] content;
        private final boolean sized;

        Splice(int from, int to, byte[] content, boolean sized) {
            this.from = from;
            this.to = to;
            this.content = content;
            this.sized = sized;
        }

        byte[] instead() {
            return sized ? AvroBytes.sized(content) : content;
        }
    }

    void clear() {
        if (!splices.isEmpty()) {
            splices.clear();
        }
    }

    void replace(int from, int to, byte[] instead) {
        splices.add(new Splice(from, to, instead, false));
    }

    /** The same with the length in front, which is only put there if it is asked for. */
    void replaceSized(int from, int to, byte[] content) {
        splices.add(new Splice(from, to, content, true));
    }

    /** The bytes of {@code [from, to)} with every piece replaced; a view when there is none. */
    ByteBuffer apply(byte[] bytes, int from, int to) {
        if (splices.isEmpty()) {
            return ByteBuffer.wrap(bytes, from, to - from).slice();
        }
        int size = to - from;
        for (Splice splice : splices) {
            size += splice.instead().length - (splice.to - splice.from);
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        int at = from;
        for (Splice splice : splices) {
            out.put(bytes, at, splice.from - at).put(splice.instead());
            at = splice.to;
        }
        return out.put(bytes, at, to - at).flip();
    }
}
