package dev.sluice.sink.model.trino;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The SQL of a model or a test, as it is written, with three things put in place: what each ref reads; the precision
 * that Trino gives a type when none is written (milliseconds, where a table has microseconds); and {@code from_utf8},
 * which is null for bytes that are no text.
 */
final class TrinoSql {
    private static final Pattern TOKEN = Pattern.compile(
            "'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\\n]*|/\\*.*?\\*/|[A-Za-z_][A-Za-z0-9_]*|\\s+|.", Pattern.DOTALL);
    private static final Set<String> CASTS = Set.of("cast", "try_cast");
    private static final Map<String, String> TYPES = Map.of(
            "timestamp", "timestamp(6)",
            "timestamptz", "timestamp(6) with time zone",
            "time", "time(6)",
            "text", "varchar",
            "string", "varchar",
            "float", "real",
            "blob", "varbinary");
    /** Words after a table that has no alias. */
    private static final Set<String> CLAUSES = Set.of(
            "on",
            "using",
            "where",
            "join",
            "left",
            "right",
            "inner",
            "full",
            "cross",
            "natural",
            "group",
            "order",
            "having",
            "limit",
            "offset",
            "fetch",
            "union",
            "intersect",
            "except",
            "window");

    private final List<String> tokens = new ArrayList<>();
    private final Map<String, String> relations;

    private TrinoSql(String sql, Map<String, String> relations) {
        Matcher token = TOKEN.matcher(sql);
        while (token.find()) {
            tokens.add(token.group());
        }
        this.relations = relations;
    }

    /** Puts types and functions in place. */
    static String of(String sql) {
        return of(sql, Map.of());
    }

    /**
     * Puts everything in place.
     *
     * @param relations by the quoted path of a table, the quoted name of what is read instead
     */
    static String of(String sql, Map<String, String> relations) {
        TrinoSql text = new TrinoSql(sql, relations);
        return text.part(0, text.tokens.size());
    }

    private String part(int from, int to) {
        StringBuilder out = new StringBuilder();
        // Per open parenthesis: whether it is a cast's, and whether its type has begun.
        Deque<String> open = new ArrayDeque<>();
        int i = from;
        while (i < to) {
            String token = tokens.get(i);
            String word = token.toLowerCase(Locale.ROOT);
            int next = solid(i + 1, to);
            if (token.equals("(")) {
                int before = solidBefore(i, from);
                open.push(before >= from && CASTS.contains(tokens.get(before).toLowerCase(Locale.ROOT)) ? "cast" : "");
            } else if (token.equals(")") && !open.isEmpty()) {
                open.pop();
            } else if (word.equals("as") && "cast".equals(open.peek())) {
                open.pop();
                open.push("type");
            } else if ("type".equals(open.peek()) && TYPES.containsKey(word)) {
                out.append(typed(word, i, from, next, to));
                i++;
                continue;
            } else if (word.equals("from_utf8") && next < to && tokens.get(next).equals("(")) {
                int close = closing(next, to);
                String bytes = part(next + 1, close);
                out.append("(CASE WHEN to_utf8(from_utf8(%1$s)) = (%1$s) THEN from_utf8(%1$s) END)".formatted(bytes));
                i = close + 1;
                continue;
            } else if (token.startsWith("\"") && i + 2 < to && tokens.get(i + 1).equals(".")) {
                String relation = relations.get(token + "." + tokens.get(i + 2));
                if (relation != null) {
                    out.append(relation);
                    if (!hasAlias(solid(i + 3, to), to)) {
                        out.append(" AS ").append(tokens.get(i + 2));
                    }
                    i += 3;
                    continue;
                }
            }
            out.append(token);
            i++;
        }
        return out.toString();
    }

    /** {@code with time zone} is no type of its own, and a written precision stays. */
    private String typed(String word, int at, int from, int next, int to) {
        int before = solidBefore(at, from);
        boolean inner = before >= from && tokens.get(before).equalsIgnoreCase("with");
        boolean precise = next < to && tokens.get(next).equals("(");
        return inner || precise ? tokens.get(at) : TYPES.getOrDefault(word, word);
    }

    private boolean hasAlias(int next, int to) {
        if (next >= to) {
            return false;
        }
        String token = tokens.get(next);
        return token.startsWith("\"")
                || (Character.isLetter(token.charAt(0)) && !CLAUSES.contains(token.toLowerCase(Locale.ROOT)))
                || token.startsWith("_");
    }

    private int closing(int open, int to) {
        int depth = 0;
        for (int i = open; i < to; i++) {
            depth += tokens.get(i).equals("(") ? 1 : tokens.get(i).equals(")") ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return to - 1;
    }

    private int solid(int from, int to) {
        int i = from;
        while (i < to && isSpace(tokens.get(i))) {
            i++;
        }
        return i;
    }

    private int solidBefore(int at, int from) {
        int i = at - 1;
        while (i >= from && isSpace(tokens.get(i))) {
            i--;
        }
        return i;
    }

    private static boolean isSpace(String token) {
        return token.isBlank() || token.startsWith("--") || token.startsWith("/*");
    }
}
