package dev.sluice.sink.model;

import dev.sluice.sink.duck.SqlText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The SQL of a model, with {@code {{ ref('layer.name') }}} for what it reads. Putting the refs in place keeps every
 * line where it was.
 *
 * @param refs each ref and the line where it is first used, in order of appearance
 */
record SqlTemplate(Path file, String sql, Map<String, Integer> refs) {
    private static final Pattern BRACES = Pattern.compile("\\{\\{(.*?)}}", Pattern.DOTALL);
    private static final Pattern REF =
            Pattern.compile("\\s*ref\\(\\s*(['\"])([A-Za-z_][A-Za-z0-9_]*\\.[A-Za-z_][A-Za-z0-9_]*)\\1\\s*\\)\\s*");

    static SqlTemplate read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, Integer> refs = new LinkedHashMap<>();
        Matcher braces = BRACES.matcher(text);
        StringBuilder sql = new StringBuilder();
        while (braces.find()) {
            int line = line(text, braces.start());
            Matcher ref = REF.matcher(braces.group(1));
            if (!ref.matches()) {
                throw new Place(file, line)
                        .error("Cannot read {{ }}: expected ref('layer.name'), found %s"
                                .formatted(braces.group(1).strip()));
            }
            refs.putIfAbsent(ref.group(2), line);
            braces.appendReplacement(sql, Matcher.quoteReplacement(SqlText.path(ref.group(2))));
        }
        braces.appendTail(sql);
        if (refs.isEmpty()) {
            throw new Place(file, 0).error("Cannot use the model: it has no {{ ref('layer.name') }}, expected one");
        }
        return new SqlTemplate(file, sql.toString().stripTrailing().replaceFirst(";$", ""), refs);
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
