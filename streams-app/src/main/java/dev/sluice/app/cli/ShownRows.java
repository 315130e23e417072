package dev.sluice.app.cli;

import dev.sluice.sink.query.QueryRows;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a query on their way to a person or a program, up to a number of them. */
abstract class ShownRows implements QueryRows {
    private final int most;
    private int shown;
    private boolean cut;

    ShownRows(int most) {
        this.most = most;
    }

    abstract void show(List<@Nullable Object> values);

    /** Called after the last row. */
    abstract void end();

    /** Whether there were more rows than could be shown. */
    final boolean cut() {
        return cut;
    }

    @Override
    public final boolean row(List<@Nullable Object> values) {
        if (shown == most) {
            cut = true;
            return false;
        }
        shown++;
        show(values);
        return true;
    }
}
