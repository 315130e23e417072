package dev.sluice.sink.land;

import java.util.Set;

/**
 * Remembers, from file to file of one table, for which columns a Parquet dictionary did not pay. Parquet itself finds
 * out anew for every file: it builds a dictionary of the first page's values, sees that it saves nothing and throws it
 * away, and in the short files of a micro-batch the first page is all there is. Now and then a file is written the
 * plain Parquet way to learn again. Safe for use by several threads.
 */
public final class DictionaryMemory {
    private static final int FILES_BETWEEN_LESSONS = 64;

    /** What a smaller file shows says little about a larger one. */
    private static final long FEWEST_ROWS = 2_000;

    private static final int MUCH_LARGER = 4;

    private Set<String> plain = Set.of();
    private long learnedFrom;
    private int filesLeft;
    private boolean lessonUnderWay;

    /**
     * How to write one file.
     *
     * @param lesson whether the file is to be looked at when it is closed
     * @param plainColumns full names of the columns to write without a dictionary
     */
    record Choice(boolean lesson, Set<String> plainColumns) {}

    synchronized Choice next() {
        if (filesLeft <= 0 && !lessonUnderWay) {
            lessonUnderWay = true;
            return new Choice(true, Set.of());
        }
        filesLeft--;
        return new Choice(false, plain);
    }

    /** What the file of a lesson showed. */
    synchronized void learned(long rows, Set<String> columnsWithoutUse) {
        lessonUnderWay = false;
        if (rows >= FEWEST_ROWS) {
            plain = Set.copyOf(columnsWithoutUse);
            learnedFrom = rows;
            filesLeft = FILES_BETWEEN_LESSONS;
        }
    }

    /** The file of a lesson showed nothing, because it failed. */
    synchronized void missed() {
        lessonUnderWay = false;
    }

    /** A file that is much larger than the one that was learned from is reason to look again. */
    synchronized void closed(long rows) {
        if (rows > learnedFrom * MUCH_LARGER) {
            filesLeft = 0;
        }
    }
}
