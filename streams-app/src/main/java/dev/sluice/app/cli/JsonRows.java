package dev.sluice.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.sink.query.QueryColumn;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One object per row, each on a line; times as ISO text, bytes as Base64. */
final class JsonRows extends ShownRows {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;
    private final List<String> names = new ArrayList<>();

    JsonRows(PrintWriter out, int most) {
        super(most);
        this.out = out;
    }

    @Override
    public void columns(List<QueryColumn> columns) {
        columns.forEach(column -> names.add(column.name()));
    }

    @Override
    void show(List<@Nullable Object> values) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            row.put(names.get(i), plain(values.get(i)));
        }
        try {
            out.println(JSON.writeValueAsString(row));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of plain values is always writable", e);
        }
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof List<?> items) {
            List<@Nullable Object> plain = new ArrayList<>();
            items.forEach(item -> plain.add(plain(item)));
            return plain;
        }
        if (value instanceof Map<?, ?> entries) {
            Map<String, @Nullable Object> plain = new LinkedHashMap<>();
            entries.forEach((key, entry) -> plain.put(String.valueOf(key), plain(entry)));
            return plain;
        }
        boolean json = value == null || value instanceof Number || value instanceof Boolean || value instanceof byte[];
        return json ? value : String.valueOf(value);
    }

    @Override
    void end() {
        out.flush();
    }
}
