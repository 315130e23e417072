package dev.sluice.app.commit;

/**
 * The right to commit, held by the one member of the committer group that owns the announcement partition. Once lost it
 * stays lost; owning the partition again is a new leadership.
 */
public final class Leadership {
    private final int generation;
    private volatile boolean held = true;

    Leadership(int generation) {
        this.generation = generation;
    }

    /** The generation of the consumer group in which it was given. */
    int generation() {
        return generation;
    }

    /** Whether it is still held. Look before each step that changes a table. */
    public boolean isHeld() {
        return held;
    }

    void lose() {
        held = false;
    }
}
