package dev.sluice.sink.index;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a {@link KeySegment}: the keys must come in ascending order, each once. */
final class SegmentWriter implements AutoCloseable {
    private final Path file;
    private final OutputStream out;
    private final ByteBuffer block = ByteBuffer.allocate(KeySegment.BLOCK * KeySegment.ENTRY);
    private final ByteArrayOutputStream footer = new ByteArrayOutputStream();
    private final DataOutputStream fences = new DataOutputStream(footer);
    private long count;

    SegmentWriter(Path file) throws IOException {
        this.file = file;
        this.out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Writes a sorted batch as a segment. */
    static KeySegment write(Path file, KeyBatch sorted) throws IOException {
        try (SegmentWriter writer = new SegmentWriter(file)) {
            for (int i = 0; i < sorted.size(); i++) {
                writer.add(sorted.high(i), sorted.low(i), sorted.value(i));
            }
            return writer.finish();
        }
    }

    /**
     * Makes one segment of two.
     *
     * @param newer of a key that both have, its number counts
     * @param last whether no older segment is left, so that removed keys can go
     */
    static KeySegment merge(Path file, KeySegment older, KeySegment newer, boolean last) throws IOException {
        try (SegmentWriter writer = new SegmentWriter(file)) {
            KeySegment.Cursor old = older.cursor();
            KeySegment.Cursor young = newer.cursor();
            boolean moreOld = old.next();
            boolean moreYoung = young.next();
            while (moreOld || moreYoung) {
                int order = !moreOld ? 1 : !moreYoung ? -1 : old.compareTo(young);
                KeySegment.Cursor next = order < 0 ? old : young;
                if (!last || next.value() != KeyTree.REMOVED) {
                    writer.add(next.high(), next.low(), next.value());
                }
                moreOld = order <= 0 ? old.next() : moreOld;
                moreYoung = order >= 0 ? young.next() : moreYoung;
            }
            return writer.finish();
        }
    }

    private void add(long high, long low, long value) throws IOException {
        if (block.position() == 0) {
            fences.writeLong(high);
            fences.writeLong(low);
        }
        block.putLong(high).putLong(low).putLong(value);
        count++;
        if (!block.hasRemaining()) {
            flush();
        }
    }

    private void flush() throws IOException {
        if (block.position() > 0) {
            fences.writeInt(Checksum.of(block.array(), block.position()));
            out.write(block.array(), 0, block.position());
            block.clear();
        }
    }

    private KeySegment finish() throws IOException {
        flush();
        fences.writeLong(count);
        fences.writeInt(Checksum.of(footer.toByteArray(), footer.size()));
        out.write(footer.toByteArray());
        out.close();
        return KeySegment.open(file, count);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
