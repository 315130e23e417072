package dev.sluice.embedded.bench.merge;

/**
 * What one batch took.
 *
 * @param files data files of the table after it
 */
record BatchFigures(
        Cost cost, long written, long unchanged, long stale, long bytesRead, long bytesWritten, long files) {}
