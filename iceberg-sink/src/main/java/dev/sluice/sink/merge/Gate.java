package dev.sluice.sink.merge;

/** Stands between the plan of a commit and the commit. */
@FunctionalInterface
public interface Gate {
    /** Lets everything through. */
    Gate OPEN = planned -> {};

    /** Returns to let the commit through, or throws; then its files are deleted. */
    void pass(Planned planned);
}
