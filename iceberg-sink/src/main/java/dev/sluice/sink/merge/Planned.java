package dev.sluice.sink.merge;

import dev.sluice.sink.duck.FileRows;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/**
 * What a merge is about to commit; its files are written, and nobody sees them yet.
 *
 * @param written a SELECT of the rows that the commit adds, in the instance of the merge
 * @param kept the rows of the table that stay as they are; to ask reads the table's delete files
 * @param size rows of the table after the commit, from those before
 */
public record Planned(String written, Supplier<List<FileRows>> kept, LongUnaryOperator size) {}
