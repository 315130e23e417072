package dev.sluice.app.cli;

import dev.sluice.sink.query.QueryColumn;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An aligned table, printed when all of it is known. */
final class TextRows extends ShownRows {
    private final PrintWriter out;
    private TextTable table = TextTable.of();

    TextRows(PrintWriter out, int most) {
        super(most);
        this.out = out;
    }

    @Override
    public void columns(List<QueryColumn> columns) {
        table = new TextTable(columns.stream().map(QueryColumn::name).toList());
    }

    @Override
    void show(List<@Nullable Object> values) {
        List<@Nullable Object> cells = new ArrayList<>(values.size());
        for (Object value : values) {
            cells.add(value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : value);
        }
        table.row(cells.toArray());
    }

    @Override
    void end() {
        table.lines().forEach(out::println);
        out.flush();
    }
}
