package dev.sluice.sink.query;

import java.sql.Array;
import java.sql.Blob;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBStruct;
import org.jspecify.annotations.Nullable;

/** Turns DuckDB's JDBC values into plain Java, so that they outlive the instance. */
public final class QueryValues {
    private QueryValues() {}

    /** The value as {@link QueryResult} has it. */
    public static @Nullable Object plain(@Nullable Object value) throws SQLException {
        if (value instanceof Array array) {
            List<@Nullable Object> items = new ArrayList<>();
            for (Object item : (Object[]) array.getArray()) {
                items.add(plain(item));
            }
            return items;
        }
        if (value instanceof DuckDBStruct struct) {
            return map(struct.getMap());
        }
        if (value instanceof Map<?, ?> map) {
            return map(map);
        }
        if (value instanceof Blob blob) {
            return blob.getBytes(1, (int) blob.length());
        }
        return value;
    }

    private static Map<String, @Nullable Object> map(Map<?, ?> entries) throws SQLException {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            plain.put(String.valueOf(entry.getKey()), plain(entry.getValue()));
        }
        return plain;
    }
}
