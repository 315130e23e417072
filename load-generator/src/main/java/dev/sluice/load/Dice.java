package dev.sluice.load;

/**
 * Seeded random numbers, the same on every JVM: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", 2014). Cheap to create, so every order and event has dice of its own and can be made again from its
 * number alone.
 */
final class Dice {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private long state;

    Dice(long seed) {
        this.state = seed;
    }

    /** The dice of one thing, for example of step {@code second} of order {@code first}. */
    static Dice of(long salt, long first, long second) {
        return new Dice(mix(mix(salt + GOLDEN_GAMMA * (first + 1)) ^ (GOLDEN_GAMMA * (second + 1))));
    }

    static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    long roll() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** A whole number from 0 up to but not including {@code bound}. */
    int below(int bound) {
        return (int) (((roll() >>> 32) * bound) >>> 32);
    }

    /** A number from {@code from} up to but not including {@code to}. */
    long between(long from, long to) {
        return from + (long) (fraction() * (to - from));
    }

    /** A number from 0 up to but not including 1. */
    double fraction() {
        return (roll() >>> 11) * 0x1.0p-53;
    }
}
