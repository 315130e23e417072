package dev.sluice.sink.duck;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.deletes.PositionDeleteIndex;

/**
 * The deleted rows of several data files, one bit per row, looked at by a function that SQL can call. To join with the
 * deleted positions costs several times as much, and to take the bit out of a value in DuckDB twice. A join with words
 * of bits would cost two thirds, but DuckDB takes a Parquet scan with a schema for empty and builds its hash table of
 * that side: three times as much.
 */
final class DeletedBits {
    /** By file, its rows in words of 64. */
    private final long[][] words;

    private DeletedBits(long[][] words) {
        this.words = words;
    }

    /**
     * Loads the bits.
     *
     * @param name a name for the function, unique in the instance
     * @param files in the order in which the scan counts them
     * @return SQL that is true of the rows that are not deleted, by {@code file_index} and {@code file_row_number}
     */
    static String live(DuckDb db, String name, List<FileRows> files) throws SQLException {
        List<long[]> words = new ArrayList<>();
        files.forEach(file -> words.add(words(file)));
        DeletedBits bits = new DeletedBits(words.toArray(new long[0][]));
        db.predicate(name, bits::isLive);
        return "%s(CAST(file_index AS BIGINT), file_row_number)".formatted(SqlText.name(name));
    }

    private static long[] words(FileRows file) {
        long rows = file.rows()
                + file.except().map(PositionDeleteIndex::cardinality).orElse(0L);
        long[] words = new long[Math.toIntExact((rows >> 6) + 1)];
        file.except()
                .ifPresent(deleted -> deleted.forEach(position -> {
                    if (position < rows) {
                        words[(int) (position >> 6)] |= 1L << (position & 63);
                    }
                }));
        return words;
    }

    private boolean isLive(long file, long row) {
        return (words[(int) file][(int) (row >> 6)] & (1L << (row & 63))) == 0;
    }
}
