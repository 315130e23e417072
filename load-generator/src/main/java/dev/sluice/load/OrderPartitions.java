package dev.sluice.load;

/** Picks the partition of a key as Kafka's default partitioner does: a positive murmur2 hash, modulo the partitions. */
final class OrderPartitions {
    // The constants of 32-bit MurmurHash2 (Austin Appleby, public domain) and the seed that Kafka's clients use.
    private static final int MULTIPLIER = 0x5bd1e995;
    private static final int SHIFT = 24;
    private static final int SEED = 0x9747b28c;

    private final int partitions;

    OrderPartitions(int partitions) {
        this.partitions = partitions;
    }

    int of(byte[] key) {
        return (murmur2(key) & Integer.MAX_VALUE) % partitions;
    }

    private static int murmur2(byte[] bytes) {
        int hash = SEED ^ bytes.length;
        int whole = bytes.length & ~3;
        for (int i = 0; i < whole; i += Integer.BYTES) {
            int word = (bytes[i] & 0xff)
                    | (bytes[i + 1] & 0xff) << 8
                    | (bytes[i + 2] & 0xff) << 16
                    | (bytes[i + 3] & 0xff) << 24;
            word *= MULTIPLIER;
            word ^= word >>> SHIFT;
            hash = hash * MULTIPLIER ^ word * MULTIPLIER;
        }
        for (int i = bytes.length - 1; i >= whole; i--) {
            hash ^= (bytes[i] & 0xff) << (8 * (i - whole));
        }
        if (bytes.length > whole) {
            hash *= MULTIPLIER;
        }
        hash ^= hash >>> 13;
        hash *= MULTIPLIER;
        return hash ^ (hash >>> 15);
    }
}
