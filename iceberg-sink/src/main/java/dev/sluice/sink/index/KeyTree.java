package dev.sluice.sink.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * A number for each of many keys: a log-structured merge tree of {@link KeySegment}s, each newer than the ones before
 * it and a third of the size at most.
 */
public final class KeyTree {
    /** The number of a key that was never put. */
    public static final long UNKNOWN = -2;
    /** The number of a key that was taken out. */
    public static final long REMOVED = -1;

    /** How the name of a segment's file begins. */
    static final String SEGMENT = "keys-";

    /** By how much an older segment is larger: more would mean more segments to look into, and less rewriting. */
    private static final int TIER = 3;

    private final Path folder;
    private final List<KeySegment> segments = new ArrayList<>();

    KeyTree(Path folder) {
        this.folder = folder;
    }

    /** Adds a segment that is there, the newest so far. */
    void add(String name, long count) throws IOException {
        segments.add(KeySegment.open(folder.resolve(name), count));
    }

    /** The segments from the oldest to the newest. */
    List<Manifest.Segment> segments() {
        return segments.stream()
                .map(segment ->
                        new Manifest.Segment(String.valueOf(segment.file().getFileName()), segment.count()))
                .toList();
    }

    /** Whether no key was ever put. */
    public boolean isEmpty() {
        return segments.isEmpty();
    }

    /** Puts numbers for keys, {@link #REMOVED} to take one out. */
    public void put(KeyBatch batch) throws IOException {
        if (batch.size() == 0) {
            return;
        }
        segments.add(SegmentWriter.write(newFile(), batch.sorted()));
        for (int newest = segments.size() - 1; newest > 0; newest--) {
            KeySegment newer = segments.get(newest);
            KeySegment older = segments.get(newest - 1);
            if (older.count() > TIER * newer.count()) {
                return;
            }
            segments.set(newest - 1, SegmentWriter.merge(newFile(), older, newer, newest == 1));
            segments.remove(newest);
            older.close();
            newer.close();
        }
    }

    private Path newFile() {
        return folder.resolve(SEGMENT + UUID.randomUUID());
    }

    /**
     * Looks keys up.
     *
     * @param sorted keys in ascending order, each once
     * @return the number of each, {@link #UNKNOWN} or {@link #REMOVED}
     */
    public long[] find(KeyBatch sorted) throws IOException {
        long[] found = new long[sorted.size()];
        Arrays.fill(found, UNKNOWN);
        for (int newest = segments.size() - 1; newest >= 0; newest--) {
            segments.get(newest).find(sorted, found);
        }
        return found;
    }

    /** Takes the number of a key. */
    @FunctionalInterface
    public interface Visitor {
        void visit(long high, long low, long number) throws IOException;
    }

    /** Passes over all keys that are not taken out, in ascending order, with their newest number. */
    public void visit(Visitor visitor) throws IOException {
        List<KeySegment.Cursor> cursors = new ArrayList<>();
        for (KeySegment segment : segments) {
            KeySegment.Cursor cursor = segment.cursor();
            if (cursor.next()) {
                cursors.add(cursor);
            }
        }
        while (!cursors.isEmpty()) {
            KeySegment.Cursor least = cursors.get(cursors.size() - 1);
            for (int i = cursors.size() - 2; i >= 0; i--) {
                least = cursors.get(i).compareTo(least) < 0 ? cursors.get(i) : least;
            }
            long high = least.high();
            long low = least.low();
            if (least.value() != REMOVED) {
                visitor.visit(high, low, least.value());
            }
            List<KeySegment.Cursor> more = new ArrayList<>();
            for (KeySegment.Cursor cursor : cursors) {
                if (cursor.high() != high || cursor.low() != low || cursor.next()) {
                    more.add(cursor);
                }
            }
            cursors = more;
        }
    }

    /** Forgets all keys; the files stay. */
    void clear() throws IOException {
        for (KeySegment segment : segments) {
            segment.close();
        }
        segments.clear();
    }
}
