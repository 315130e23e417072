package dev.sluice.sink.duck;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.duckdb.DuckDBAppender;

/**
 * The deleted rows of several data files in a temporary table of words: each row of the table says of 64 rows of a
 * file, by one bit each, which are deleted. Words without a bit are not there. To join with words costs a fraction of
 * what it costs to join with positions.
 */
final class DeletedRows {
    private static final String WORD = "_sluice_word";
    private static final String BITS = "_sluice_bits";

    private DeletedRows() {}

    /**
     * Loads the words.
     *
     * @param table a name for the temporary table, unique in the instance
     * @param files in the order in which the scan counts them
     * @return SQL that leaves the deleted rows out of a relation with {@code file_index} and {@code file_row_number},
     *     to be put behind its name in a FROM clause
     */
    static String leftOut(DuckDb db, String table, List<FileRows> files) throws SQLException {
        db.execute("CREATE TEMP TABLE %s (%s BIGINT, %s BIGINT)".formatted(SqlText.name(table), WORD, BITS));
        List<Long> firstWords = new ArrayList<>();
        long next = 0;
        try (DuckDBAppender appender = db.appender(table)) {
            for (FileRows file : files) {
                firstWords.add(next);
                long[] words = deleted(file).toLongArray();
                for (int word = 0; word < words.length; word++) {
                    if (words[word] != 0) {
                        appender.beginRow();
                        appender.append(next + word);
                        appender.append(words[word]);
                        appender.endRow();
                    }
                }
                next += Math.max(words.length, words(file));
            }
        }
        String first = "[%s][CAST(file_index AS BIGINT) + 1]".formatted(SqlText.list(firstWords, String::valueOf));
        return "LEFT JOIN %s ON %s = %s + (file_row_number >> 6) WHERE (coalesce(%s, 0) >> (file_row_number & 63)) & 1 = 0"
                .formatted(SqlText.name(table), WORD, first, BITS);
    }

    /** As many as the file's rows need, or a row behind the last deleted one would find a word of the next file. */
    private static long words(FileRows file) {
        long deleted = file.except().map(PositionDeleteIndex::cardinality).orElse(0L);
        return ((file.rows() + deleted) >> 6) + 1;
    }

    private static BitSet deleted(FileRows file) {
        BitSet deleted = new BitSet();
        file.except().ifPresent(index -> index.forEach(position -> deleted.set(Math.toIntExact(position))));
        return deleted;
    }
}
