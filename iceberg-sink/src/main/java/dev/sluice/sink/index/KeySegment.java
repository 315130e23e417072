package dev.sluice.sink.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of keys in ascending order, each with a number; never changed once written. Blocks of {@value #BLOCK} entries,
 * then per block its first key and a checksum, then the number of entries and a checksum of that part. Reads as many
 * blocks as the keys that are looked for lie in, and checks each.
 */
final class KeySegment implements AutoCloseable {
    /** Entries of a block. */
    static final int BLOCK = 1024;
    /** Two hashes and the number. */
    static final int ENTRY = 3 * Long.BYTES;
    /** A block's first key and its checksum. */
    static final int FENCE = 2 * Long.BYTES + Integer.BYTES;

    static final int TRAILER = Long.BYTES + Integer.BYTES;

    private final Path file;
    private final FileChannel channel;
    private final long count;
    private final long[] highs;
    private final long[] lows;
    private final int[] checksums;

    private KeySegment(Path file, FileChannel channel, long count, ByteBuffer fences) {
        this.file = file;
        this.channel = channel;
        this.count = count;
        int blocks = blocks(count);
        this.highs = new long[blocks];
        this.lows = new long[blocks];
        this.checksums = new int[blocks];
        for (int block = 0; block < blocks; block++) {
            highs[block] = fences.getLong();
            lows[block] = fences.getLong();
            checksums[block] = fences.getInt();
        }
    }

    /** Opens a segment and checks all but its blocks. */
    static KeySegment open(Path file, long count) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new DamagedStoreException("Segment " + file + " is missing", e);
        }
        try {
            int fences = blocks(count) * FENCE;
            ByteBuffer footer = ByteBuffer.allocate(fences + TRAILER);
            read(channel, footer, count * ENTRY, file);
            boolean whole = channel.size() == count * ENTRY + footer.capacity()
                    && footer.getLong(fences) == count
                    && footer.getInt(fences + Long.BYTES) == Checksum.of(footer.array(), fences + Long.BYTES);
            if (!whole) {
                throw new DamagedStoreException("Segment " + file + " has no valid footer for " + count + " entries");
            }
            return new KeySegment(file, channel, count, footer);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    static int blocks(long count) {
        return Math.toIntExact((count + BLOCK - 1) / BLOCK);
    }

    private static void read(FileChannel channel, ByteBuffer into, long from, Path file) throws IOException {
        into.clear();
        while (into.hasRemaining()) {
            if (channel.read(into, from + into.position()) < 0) {
                throw new DamagedStoreException("Segment " + file + " ends before byte " + (from + into.capacity()));
            }
        }
        into.flip();
    }

    Path file() {
        return file;
    }

    long count() {
        return count;
    }

    /**
     * Looks keys up.
     *
     * @param keys sorted
     * @param found per key the number, where it is still {@link KeyTree#UNKNOWN}
     */
    void find(KeyBatch keys, long[] found) throws IOException {
        Block block = new Block();
        int current = -1;
        for (int i = 0; i < keys.size(); i++) {
            if (found[i] != KeyTree.UNKNOWN) {
                continue;
            }
            int wanted = blockOf(keys.high(i), keys.low(i), Math.max(0, current));
            if (wanted < 0) {
                continue;
            }
            if (wanted != current) {
                block.load(wanted);
                current = wanted;
            }
            found[i] = block.find(keys.high(i), keys.low(i));
        }
    }

    /**
     * The last block that begins with a key not greater; -1 when all begin with greater ones.
     *
     * @param from a block that is known not to lie behind it
     */
    private int blockOf(long high, long low, int from) {
        int least = from;
        int greatest = highs.length - 1;
        while (least <= greatest) {
            int middle = (least + greatest) >>> 1;
            if (compare(highs[middle], lows[middle], high, low) <= 0) {
                least = middle + 1;
            } else {
                greatest = middle - 1;
            }
        }
        return greatest;
    }

    private static int compare(long high, long low, long otherHigh, long otherLow) {
        return high == otherHigh ? Long.compare(low, otherLow) : Long.compare(high, otherHigh);
    }

    /** All entries in ascending order of their keys. */
    Cursor cursor() {
        return new Cursor();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private final class Block {
        private final ByteBuffer bytes = ByteBuffer.allocate(BLOCK * ENTRY);
        private int entries;

        void load(int block) throws IOException {
            long from = (long) block * BLOCK;
            entries = (int) Math.min(BLOCK, count - from);
            bytes.limit(entries * ENTRY);
            ByteBuffer part = bytes.slice(0, entries * ENTRY);
            read(channel, part, from * ENTRY, file);
            if (Checksum.of(bytes.array(), entries * ENTRY) != checksums[block]) {
                throw new DamagedStoreException("Block %d of segment %s has another checksum".formatted(block, file));
            }
        }

        long find(long high, long low) {
            int least = 0;
            int greatest = entries - 1;
            while (least <= greatest) {
                int middle = (least + greatest) >>> 1;
                int order = compare(high(middle), low(middle), high, low);
                if (order == 0) {
                    return value(middle);
                }
                if (order < 0) {
                    least = middle + 1;
                } else {
                    greatest = middle - 1;
                }
            }
            return KeyTree.UNKNOWN;
        }

        long high(int entry) {
            return bytes.getLong(entry * ENTRY);
        }

        long low(int entry) {
            return bytes.getLong(entry * ENTRY + Long.BYTES);
        }

        long value(int entry) {
            return bytes.getLong(entry * ENTRY + 2 * Long.BYTES);
        }
    }

    /** Passes over the entries once; before the first, call {@link #next}. */
    final class Cursor {
        private final Block block = new Block();
        private long at = -1;
        private int inBlock;

        /** Moves to the next entry; false when there is none. */
        boolean next() throws IOException {
            at++;
            if (at >= count) {
                return false;
            }
            inBlock = (int) (at % BLOCK);
            if (inBlock == 0) {
                block.load((int) (at / BLOCK));
            }
            return true;
        }

        long high() {
            return block.high(inBlock);
        }

        long low() {
            return block.low(inBlock);
        }

        long value() {
            return block.value(inBlock);
        }

        int compareTo(Cursor other) {
            return compare(high(), low(), other.high(), other.low());
        }
    }
}
