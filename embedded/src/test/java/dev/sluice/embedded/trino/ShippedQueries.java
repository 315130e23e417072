package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sluice.sink.trino.TrinoClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The statements in the {@code sql} blocks of a page, each as a test on a populated catalog: it must run and answer at
 * least one row, and the catalog must have every table that it names.
 */
record ShippedQueries(List<Query> queries) {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sql\\n(.*?)^```$");
    private static final Pattern TABLE = Pattern.compile("\\b(bronze|silver|gold)\\.\"?(\\w+)");

    /** A statement and the heading it is under. */
    record Query(String title, String sql) {
        Set<String> tables() {
            Set<String> tables = new TreeSet<>();
            Matcher matcher = TABLE.matcher(sql);
            while (matcher.find()) {
                tables.add(matcher.group(1) + "." + matcher.group(2));
            }
            return tables;
        }
    }

    static ShippedQueries of(Path page) {
        List<Query> queries = new ArrayList<>();
        for (String part : read(page).split("(?m)^(?=## )")) {
            String title = part.lines().findFirst().orElse("").replaceFirst("^#+ ", "");
            Matcher blocks = BLOCK.matcher(part);
            while (blocks.find()) {
                for (String statement : blocks.group(1).split(";\\n")) {
                    queries.add(new Query(title, statement));
                }
            }
        }
        return new ShippedQueries(queries);
    }

    Stream<DynamicTest> testsOn(TrinoClient client) {
        Set<String> present = new HashSet<>();
        client.run("SELECT table_schema || '.' || table_name FROM information_schema.tables")
                .first()
                .forEach(name -> present.add(String.valueOf(name)));
        return queries.stream()
                .map(query -> dynamicTest(query.title(), () -> {
                    assertThat(present).containsAll(query.tables());
                    assertThat(client.run(query.sql()).rows()).isNotEmpty();
                }));
    }

    private static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
