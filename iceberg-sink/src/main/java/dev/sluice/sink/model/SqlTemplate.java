package dev.sluice.sink.model;

import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.quality.Severity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The SQL of a model, with {@code {{ ref('layer.name') }}} for what it reads. Putting the refs in place keeps every
 * line where it was.
 *
 * @param options of a test, by {@code {{ config(severity='warn', run='on_request') }}}
 * @param refs each ref and the line where it is first used, in order of appearance
 */
record SqlTemplate(Path file, String sql, Map<String, Integer> refs, Map<String, String> options) {
    private static final Pattern BRACES = Pattern.compile("\\{\\{(.*?)}}", Pattern.DOTALL);
    private static final Pattern REF =
            Pattern.compile("\\s*ref\\(\\s*(['\"])([A-Za-z_][A-Za-z0-9_]*\\.[A-Za-z_][A-Za-z0-9_]*)\\1\\s*\\)\\s*");

    private static final Pattern CONFIG = Pattern.compile("\\s*config\\((.*)\\)\\s*", Pattern.DOTALL);
    private static final Pattern OPTION = Pattern.compile("\\s*([a-z_]+)\\s*=\\s*(['\"])([a-z_]+)\\2\\s*");
    private static final Pattern COMMA = Pattern.compile(",");
    private static final Map<String, List<String>> OPTIONS =
            Map.of("severity", List.of("warn", "error"), "run", List.of("always", "on_request"));

    static SqlTemplate read(Path file) {
        return read(file, SqlText::path);
    }

    /** Reads the file with each ref replaced by what the function makes of its name. */
    static SqlTemplate read(Path file, UnaryOperator<String> toSql) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, Integer> refs = new LinkedHashMap<>();
        Matcher braces = BRACES.matcher(text);
        StringBuilder sql = new StringBuilder();
        Map<String, String> options = new LinkedHashMap<>();
        while (braces.find()) {
            int line = line(text, braces.start());
            Matcher config = CONFIG.matcher(braces.group(1));
            if (config.matches()) {
                options.putAll(options(new Place(file, line), config.group(1)));
                braces.appendReplacement(sql, "");
                continue;
            }
            Matcher ref = REF.matcher(braces.group(1));
            if (!ref.matches()) {
                throw new Place(file, line)
                        .error("Cannot read {{ }}: expected ref('layer.name'), found %s"
                                .formatted(braces.group(1).strip()));
            }
            refs.putIfAbsent(ref.group(2), line);
            braces.appendReplacement(sql, Matcher.quoteReplacement(toSql.apply(ref.group(2))));
        }
        braces.appendTail(sql);
        if (refs.isEmpty()) {
            throw new Place(file, 0).error("Cannot use the model: it has no {{ ref('layer.name') }}, expected one");
        }
        return new SqlTemplate(file, sql.toString().stripTrailing().replaceFirst(";$", ""), refs, options);
    }

    private static Map<String, String> options(Place place, String text) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String one : COMMA.splitAsStream(text).toList()) {
            Matcher option = OPTION.matcher(one);
            if (!option.matches()
                    || !OPTIONS.getOrDefault(option.group(1), List.of()).contains(option.group(3))) {
                throw place.error("Cannot read config(): expected of %s, found %s".formatted(OPTIONS, one.strip()));
            }
            options.put(option.group(1), option.group(3));
        }
        return options;
    }

    Severity severity() {
        return Severity.valueOf(options.getOrDefault("severity", "error").toUpperCase(Locale.ROOT));
    }

    boolean onRequest() {
        return "on_request".equals(options.get("run"));
    }

    List<String> refNames() {
        return List.copyOf(refs.keySet());
    }

    Place place(String ref) {
        return new Place(file, refs.getOrDefault(ref, 0));
    }

    private static int line(String text, int offset) {
        return 1
                + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
    }
}
