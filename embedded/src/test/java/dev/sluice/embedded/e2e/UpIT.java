package dev.sluice.embedded.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.cli.EnvironmentFile;
import dev.sluice.load.ExpectedTables;
import dev.sluice.load.LoadSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The platform kept running in a process of its own, and the commands of other terminals against it, in this order. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UpIT {
    private static final Duration CATCH_UP = Duration.ofSeconds(120);
    private static final LoadSpec LOAD =
            LoadSpec.defaults().withEvents(4_000).withOrders(800).withSeed(11);

    @TempDir
    static Path folder;

    private static Terminal terminal;
    private static SluiceChild up;

    @BeforeAll
    static void start() {
        terminal = new Terminal(folder.resolve("platform"), Pipeline.quick(folder));
        up = startUp("up-1");
        produce();
    }

    @AfterAll
    static void end() {
        up.close();
    }

    private static SluiceChild startUp(String log) {
        SluiceChild child = terminal.up(folder.resolve(log), "--http-port=" + freePort());
        assertThat(child.isAlive()).as(child.err()).isTrue();
        return child;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Invocation sluice(String command, String... more) {
        return terminal.run(command, more);
    }

    private static void produce() {
        sluice("produce", "--events=4000", "--orders=800", "--seed=11").succeeds();
        terminal.awaitCaughtUp(up, CATCH_UP);
    }

    private static Tables tables() {
        Map<String, String> variables = EnvironmentFile.read(folder.resolve("platform"));
        return new Tables(Map.of("type", "rest", "uri", variables.getOrDefault("SLUICE_CATALOG_URI", "")));
    }

    @Test
    @Order(1)
    void status_tells_what_every_table_holds() {
        JsonNode status = sluice("status", "-o", "json").succeeds().json();

        JsonNode source = status.get("sources").get(0);
        assertThat(source.get("rows").asLong()).isEqualTo(4_000 - LOAD.malformed());
        assertThat(source.get("dead_letters").asLong()).isEqualTo(LOAD.malformed());
        assertThat(source.get("lag").asLong()).isZero();
        assertThat(status.get("models").get(0).get("rows").asLong()).isEqualTo(LOAD.distinctOrders());
        assertThat(sluice("status").succeeds().out()).contains("silver.orders", "up to date");
    }

    @Test
    @Order(1)
    void query_answers_in_text_and_in_json() {
        Invocation text = sluice(
                        "query", "select count(*) as orders, sum(item_count) as items from gold.fct_orders order by 1")
                .succeeds();
        assertThat(text.lines().get(0)).contains("orders", "items");
        assertThat(text.lines().get(2)).contains(Integer.toString(LOAD.distinctOrders()));

        Invocation json = sluice(
                        "query",
                        "-o=json",
                        "--max-rows=2",
                        "select order_id, updated_at, _kafka_key, items, order_version from silver.orders"
                                + " join bronze.orders using (order_id, order_version) order by order_id")
                .succeeds();
        assertThat(json.lines()).hasSize(2);
        assertThat(json.json().get("order_id").asText()).hasSize(36);
        assertThat(json.json().get("order_version").isInt()).isTrue();
        assertThat(json.json().get("items").isArray()).isTrue();
        assertThat(json.json().get("updated_at").asText()).startsWith("2026-");
        assertThat(json.err()).contains("Only the first 2 rows are shown");
    }

    @Test
    @Order(1)
    void query_refuses_what_is_no_select_or_no_sql() {
        sluice("query", "delete from silver.orders").refuses(2, "SLUICE-603", "can only be read");
        assertThat(sluice("query", "selec 1").exitCode()).isEqualTo(2);
        assertThat(sluice("query", "select nothing from silver.orders").err())
                .contains("nothing")
                .doesNotContain("\tat ");
        sluice("query", "--max-rows=0", "select 1").refuses(2, "SLUICE-101", "--max-rows");
    }

    @Test
    @Order(1)
    void the_console_answers_people_programs_and_probes() throws Exception {
        String console = up.out()
                .lines()
                .filter(line -> line.startsWith("Console "))
                .findFirst()
                .orElseThrow()
                .substring("Console ".length())
                .trim();
        assertThat(console).startsWith("http://127.0.0.1:");
        assertThat(get(console + "/")).contains("<title>Sluice</title>", "Cost of the last 24 hours");
        assertThat(get(console + "/health/ready")).startsWith("ready");
        assertThat(get(console + "/metrics")).contains("sluice_table_freshness_seconds{table=\"silver.orders\"}");
        assertThat(get(console + "/api/status")).contains("\"caught_up\":true");

        JsonNode silver = new ObjectMapper()
                .readTree(get(console + "/api/cost"))
                .get("tables")
                .get(0);
        assertThat(silver.get("table").asText()).isEqualTo("silver.orders");
        assertThat(silver.get("runs").asLong()).isPositive();
        assertThat(silver.get("rows_changed").asLong()).isGreaterThanOrEqualTo(LOAD.distinctOrders());
        assertThat(silver.get("bytes_scanned").asLong())
                .isPositive()
                .isLessThanOrEqualTo(silver.get("bytes_if_made_anew").asLong());
        assertThat(silver.get("stored_bytes").asLong()).isPositive();
    }

    private static String get(String address) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    @Order(1)
    void dead_letters_are_listed_counted_and_watched() {
        JsonNode stats = sluice("dlq stats", "-o", "json").succeeds().json();
        assertThat(stats.toString()).contains("TRUNCATED", "NO_FRAMING");

        assertThat(sluice("dlq list", "--limit=5").succeeds().lines()).hasSize(5);
        Invocation watched =
                sluice("dlq watch", "--from-beginning", "--limit=3").succeeds();
        assertThat(watched.lines())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).contains("orders-"));
    }

    @Test
    @Order(1)
    void audit_passes_as_a_process_of_its_own() {
        try (SluiceChild audit = SluiceChild.start(folder.resolve("audit"), terminal.arguments("audit"))) {
            assertThat(audit.exitCode()).as(audit.out() + audit.err()).isZero();
            assertThat(audit.out())
                    .contains("Nothing lost", "The tables are what their SQL says", "gold.revenue_daily")
                    .contains("Audit: PASS");
        }
    }

    @Test
    @Order(1)
    void a_folder_or_a_port_that_is_taken_is_refused() throws IOException {
        String pid = EnvironmentFile.read(folder.resolve("platform")).isEmpty() ? "none" : "process";
        sluice("up").refuses(5, "SLUICE-103", "it is in use", pid);
        sluice("demo", "--events=10", "--orders=2").refuses(5, "SLUICE-103", "it is in use");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Invocation.of(
                            "up",
                            "--data=" + folder.resolve("other"),
                            "--config=" + Pipeline.quick(folder),
                            "--kafka-port=" + taken.getLocalPort())
                    .refuses(2, "SLUICE-104", Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    @Order(2)
    void the_same_seed_again_adds_to_bronze_and_changes_nothing_in_silver_and_gold() {
        try (Tables tables = tables()) {
            tables.assertEqual(ExpectedTables.of(LOAD));

            produce();

            ExpectedTables twice = ExpectedTables.of(LOAD, LOAD);
            tables.assertEqual(twice);
        }
        JsonNode audit = sluice("audit", "-o", "json").succeeds().json();
        assertThat(audit.get("audit").asText()).isEqualTo("pass");
        List<JsonNode> notes = new ArrayList<>();
        audit.get("lines").forEach(line -> {
            if (line.get("promise").asText().equals("Duplicates are recognised")) {
                notes.add(line);
            }
        });
        assertThat(notes).hasSize(1);
        assertThat(notes.get(0).get("found").asLong()).isEqualTo(2 * (4_000 - LOAD.malformed()) - LOAD.validEvents());
    }

    @Test
    @Order(3)
    void the_audit_finds_a_row_that_somebody_changed() {
        try (Tables tables = tables()) {
            tables.tamper("gold.revenue_daily", "net_cents");
        }

        Invocation audit = sluice("audit");

        assertThat(audit.exitCode()).as(audit.out() + audit.err()).isEqualTo(1);
        assertThat(audit.out()).contains("FAIL  gold.revenue_daily", "Audit: FAIL");
    }

    @Test
    @Order(4)
    void a_signal_ends_it_within_ten_seconds_and_the_folder_starts_again() {
        up.signal("INT");
        assertThat(up.exitCode(Duration.ofSeconds(10))).as(up.err()).isEqualTo(130);
        assertThat(folder.resolve("platform").resolve(EnvironmentFile.NAME)).doesNotExist();
        sluice("status").refuses(2, "SLUICE-100", "./sluice up starts one");

        up = startUp("up-2");
        JsonNode status = sluice("status", "-o", "json").succeeds().json();
        assertThat(status.get("sources").get(0).get("rows").asLong()).isEqualTo(2 * (4_000 - LOAD.malformed()));

        up.signal("TERM");
        assertThat(up.exitCode(Duration.ofSeconds(10))).as(up.err()).isEqualTo(143);
    }
}
