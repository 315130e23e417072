package dev.sluice.embedded.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.embedded.ingest.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/how-to/models.md} tells an analyst to do, done on a running platform with the page's own text. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HowToModelsIT {
    private static final Duration CATCH_UP = Duration.ofSeconds(120);
    private static final Pattern BLOCK = Pattern.compile("```(sql|yaml)\n(.*?)```", Pattern.DOTALL);

    @TempDir
    static Path folder;

    private static Path models;
    private static List<String> blocks;
    private static Terminal terminal;
    private static SluiceChild up;

    @BeforeAll
    static void start() throws IOException {
        models = folder.resolve("models");
        copy(Pipeline.SHIPPED.resolveSibling("models"), models);
        Path quick = Pipeline.quick(folder);
        Files.writeString(quick, Files.readString(quick).replaceAll("(?m)^models: .*$", "models: " + models));
        blocks = new ArrayList<>();
        Matcher found = BLOCK.matcher(Files.readString(Pipeline.SHIPPED.resolveSibling("docs/how-to/models.md")));
        while (found.find()) {
            blocks.add(found.group(2));
        }
        terminal = new Terminal(folder.resolve("platform"), quick);
        up = terminal.up(folder.resolve("up"), "--http-port=0");
        sluice("produce", "--events=3000", "--orders=600", "--seed=5").succeeds();
        awaitCaughtUp();
    }

    @AfterAll
    static void end() {
        up.close();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private static Invocation sluice(String command, String... more) {
        return terminal.run(command, more);
    }

    private static void awaitCaughtUp() {
        terminal.awaitCaughtUp(up, CATCH_UP);
    }

    private static void addModel(String name, String sql, String entry) throws IOException {
        Files.writeString(models.resolve("gold").resolve(name + ".sql"), sql);
        Path schema = models.resolve("gold/schema.yml");
        Files.writeString(schema, Files.readString(schema).stripTrailing() + "\n" + entry);
    }

    private static JsonNode query(String sql) {
        return sluice("query", "-o", "json", sql).succeeds().json();
    }

    @Test
    @Order(1)
    void a_model_is_added_to_a_running_service() throws IOException {
        addModel("orders_by_country", blocks.get(0), blocks.get(1));

        assertThat(sluice("model compile", "--select", "orders_by_country")
                        .succeeds()
                        .out())
                .contains("orders_by_country");
        assertThat(sluice("model lineage").succeeds().out()).contains("gold.orders_by_country");
        assertThat(sluice("model list").succeeds().out()).contains("gold.orders_by_country", "silver.orders");
        sluice("model run", "--select", "orders_by_country").succeeds();

        assertThat(total("orders_by_country", "orders")).isEqualTo(orders());
        assertThat(sluice("model test", "--select", "orders_by_country")
                        .succeeds()
                        .out())
                .contains("gross_not_negative");
    }

    @Test
    @Order(2)
    void one_that_joins_customers_follows_with_the_next_batch() throws IOException {
        addModel("orders_with_segment", blocks.get(2), blocks.get(3));
        sluice("produce", "--events=3000", "--orders=600", "--seed=6").succeeds();
        awaitCaughtUp();
        Await.until("the service to have the model", CATCH_UP, () -> up.err().contains("Models were read again"));
        Await.until(
                "the new table to have all orders",
                CATCH_UP,
                () -> sluice("query", "-o", "json", "select count(*) as n from gold.orders_with_segment")
                                .exitCode()
                        == 0,
                up::err);

        sluice("model run", "--select", "orders_with_segment", "--full-refresh").succeeds();
        assertThat(query("select count(*) as n from gold.orders_with_segment").toString())
                .contains(Long.toString(orders()));
        assertThat(total("orders_by_country", "orders")).isEqualTo(orders());
    }

    @Test
    @Order(3)
    void a_mistake_is_named_with_its_file_and_line_and_stops_nothing() throws IOException {
        Path sql = models.resolve("gold/orders_by_country.sql");
        String right = Files.readString(sql);
        Files.writeString(sql, right.replace("CAST(count(*) AS bigint)", "count(*)::bigint"));

        sluice("model compile").refuses(2, "SLUICE-500", "orders_by_country.sql:4", "::");
        assertThat(sluice("status").succeeds().err()).contains("orders_by_country.sql:4");
        long before = orders();
        sluice("produce", "--events=1000", "--orders=200", "--seed=7").succeeds();
        Await.until("the service to go on with the models of before", CATCH_UP, () -> orders() > before, up::err);
        assertThat(up.err()).contains("does not compile");

        Files.writeString(sql, right);
        sluice("model compile").succeeds();
        awaitCaughtUp();
        assertThat(total("orders_by_country", "orders")).isEqualTo(orders());
    }

    private static long orders() {
        return number(query("select count(*) as n from gold.fct_orders where country is not null"));
    }

    private static long total(String table, String column) {
        return number(query("select cast(sum(%s) as bigint) as n from gold.%s".formatted(column, table)));
    }

    private static long number(JsonNode result) {
        JsonNode value = result.findValue("n");
        assertThat(value).as(result.toString()).isNotNull();
        return value.asLong();
    }
}
