package dev.sluice.sink.merge;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.SqlText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local DuckDB database with a table's {@link DeletedKeys}, attached to the instance of a run as {@link #DATABASE}.
 */
final class DeletedKeysFile {
    static final String DATABASE = "sluice_deleted";

    private static final Logger LOG = LoggerFactory.getLogger(DeletedKeysFile.class);

    private DeletedKeysFile() {}

    /** Attaches a file; a private database when another instance holds it, a new one when it is unreadable. */
    static void attach(DuckDb db, Path file) throws SQLException {
        String attach = "ATTACH %s AS %s"
                .formatted(SqlText.literal(file.toAbsolutePath().toString()), DATABASE);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            db.execute(attach);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            if (held(e)) {
                LOG.warn("Deleted keys are held by another instance, working with a private copy: file={}", file);
                attachPrivate(db);
            } else {
                LOG.warn("Deleted keys are unreadable, reading them anew: file={}, reason={}", file, e.getMessage());
                delete(file);
                db.execute(attach);
            }
        }
    }

    /** Attaches a database that ends with the instance. */
    static void attachPrivate(DuckDb db) throws SQLException {
        db.execute("ATTACH ':memory:' AS " + DATABASE);
    }

    /** Whether the database has all the tables. */
    static boolean has(DuckDb db, List<String> tables) throws SQLException {
        return db.number("SELECT count(*) FROM duckdb_tables() WHERE database_name = %s AND table_name IN (%s)"
                        .formatted(SqlText.literal(DATABASE), SqlText.list(tables, SqlText::literal)))
                == tables.size();
    }

    private static boolean held(SQLException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("lock") || message.contains("already attached") || message.contains("in use");
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".wal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
