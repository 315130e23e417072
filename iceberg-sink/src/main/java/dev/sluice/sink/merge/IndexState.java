package dev.sluice.sink.merge;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.SqlText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a key index on this machine says of itself, read without changing it. */
public sealed interface IndexState {
    /** There is no file: the next run makes one. */
    record None() implements IndexState {}

    /** Another process works with it. */
    record Held() implements IndexState {}

    /** The file is no index: the next run makes a new one. */
    record Unreadable(String reason) implements IndexState {}

    /**
     * An index.
     *
     * @param tableUuid the table that it is of
     * @param snapshotId the snapshot whose rows it holds
     * @param entries by data file, how many rows it knows
     */
    record Known(String tableUuid, long snapshotId, Map<String, Long> entries) implements IndexState {
        public Known {
            entries = Map.copyOf(entries);
        }
    }

    /**
     * Reads the index of a model's table.
     *
     * @param folder where the service keeps its indexes
     */
    static IndexState read(DuckDbSettings settings, Path folder, String model) throws SQLException {
        Path file = folder.resolve(model + ".duckdb");
        if (!Files.exists(file)) {
            return new None();
        }
        try (DuckDb db = DuckDb.open(settings)) {
            try {
                db.execute("ATTACH %s AS %s (READ_ONLY)"
                        .formatted(SqlText.literal(file.toAbsolutePath().toString()), IndexFile.DATABASE));
            } catch (SQLException e) {
                return IndexFile.held(e) ? new Held() : new Unreadable(String.valueOf(e.getMessage()));
            }
            if (!IndexFile.has(db, List.of("entry", "file", "tag"))) {
                return new Unreadable("it lacks a table");
            }
            Map<String, Long> entries = new HashMap<>();
            db.rows(
                    "SELECT f.path, count(e.%s) FROM %s.file f LEFT JOIN %s.entry e ON e.%s = f.id GROUP BY f.path"
                            .formatted(FileRelation.FILE, IndexFile.DATABASE, IndexFile.DATABASE, FileRelation.FILE),
                    row -> entries.put(row.getString(1), row.getLong(2)));
            return db
                    .rows("SELECT table_uuid, snapshot_id FROM %s.tag".formatted(IndexFile.DATABASE), row ->
                            (IndexState) new Known(row.getString(1), row.getLong(2), entries))
                    .stream()
                    .findFirst()
                    .orElseGet(() -> new Unreadable("it names no table"));
        }
    }
}
