package dev.sluice.sink.duck;

import java.util.Collection;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Quoting, so that no name or path can become SQL. */
public final class SqlText {
    private SqlText() {}

    /** {@code a"b} becomes {@code "a""b"}. */
    public static String name(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** {@code silver.orders} becomes {@code "silver"."orders"}. */
    public static String path(String dotted) {
        int dot = dotted.indexOf('.');
        return dot < 0 ? name(dotted) : name(dotted.substring(0, dot)) + "." + name(dotted.substring(dot + 1));
    }

    /** {@code a'b} becomes {@code 'a''b'}. */
    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** Maps each item to SQL and joins with a comma. */
    public static <T> String list(Collection<T> items, Function<T, String> toSql) {
        return join(items, ", ", toSql);
    }

    /** Maps each item to SQL and joins with the separator. */
    public static <T> String join(Collection<T> items, String separator, Function<T, String> toSql) {
        return items.stream().map(toSql).collect(Collectors.joining(separator));
    }
}
