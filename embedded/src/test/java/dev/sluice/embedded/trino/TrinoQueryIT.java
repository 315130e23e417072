package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.embedded.Sluice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code sluice query --engine trino}, and a JDBC client that is not ours, against the server on a data folder. */
@ExtendWith(SharedTrino.class)
class TrinoQueryIT {
    @TempDir
    private static Path folder;

    private static TrinoFixture trino;
    private static Path config;

    private record Answer(int exitCode, String out, String err) {}

    @BeforeAll
    static void configure(TrinoFixture shared) throws Exception {
        trino = shared;
        config = Files.writeString(folder.resolve("sluice.yaml"), """
                kafka: {bootstrap.servers: "localhost:1"}
                sources: [{name: orders}]
                trino: {url: "${SLUICE_TRINO_URL:-}", user: engineer, properties: {clientTags: sluice}}
                """);
    }

    private static Answer query(Path data, String... arguments) {
        List<String> all = new ArrayList<>(List.of("query", "--config=" + config, "--data=" + data, "--engine=trino"));
        all.addAll(List.of(arguments));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commands = Sluice.commandLine(false);
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        int exitCode = commands.execute(all.toArray(String[]::new));
        return new Answer(exitCode, out.toString(), err.toString());
    }

    @Test
    void theCommandLineFindsTheServerByItsDataFolder() {
        Answer answer = query(trino.data(), "SELECT count(*) AS orders FROM silver.orders");

        assertThat(answer.exitCode()).as(answer.err()).isZero();
        assertThat(answer.out().lines().map(String::strip)).contains("orders", "3");
    }

    @Test
    void everyKindOfValueIsJson() throws Exception {
        Answer answer = query(trino.data(), "-o=json", """
                SELECT CAST(ROW(1, 'x') AS ROW(n integer, s varchar)) AS one_row, ARRAY[ROW(1), ROW(2)] AS many,
                       MAP(ARRAY['k'], ARRAY[DATE '2026-03-14']) AS entries, TIMESTAMP '2026-03-14 12:00:00 UTC' AS at,
                       DECIMAL '12.50' AS money, X'01ff' AS bytes, CAST(NULL AS bigint) AS nothing
                """);

        assertThat(answer.exitCode()).as(answer.err()).isZero();
        JsonNode row = new ObjectMapper().readTree(answer.out());
        assertThat(row.get("one_row").toString()).isEqualTo("{\"n\":1,\"s\":\"x\"}");
        assertThat(row.get("many")).hasSize(2);
        assertThat(row.get("entries").toString()).isEqualTo("{\"k\":\"2026-03-14\"}");
        assertThat(row.get("at").asText()).isEqualTo("2026-03-14T12:00Z");
        assertThat(row.get("money").decimalValue()).isEqualByComparingTo("12.5");
        assertThat(row.get("bytes").asText()).isEqualTo("Af8=");
        assertThat(row.get("nothing").isNull()).isTrue();
    }

    @Test
    void noMoreRowsAreShownThanAskedFor() {
        Answer answer = query(trino.data(), "-o=json", "--max-rows=2", "SELECT order_id FROM silver.orders");

        assertThat(answer.out().lines()).hasSize(2);
        assertThat(answer.err()).contains("Only the first 2 rows are shown");
    }

    @Test
    void nothingCanBeWrittenEvenByTheEngineer() {
        Answer delete = query(trino.data(), "DELETE FROM gold.revenue_daily");
        Answer create = query(trino.data(), "CREATE TABLE gold.mine AS SELECT 1 AS one");

        assertThat(delete.exitCode()).isEqualTo(2);
        assertThat(delete.err()).contains("[SLUICE-603]").doesNotContain("\tat ");
        assertThat(create.exitCode()).isEqualTo(2);
        assertThat(trino.as("engineer")
                        .run("SELECT count(*) FROM gold.revenue_daily")
                        .first())
                .containsExactly(1L);
        assertThat(trino.as("engineer").run("SHOW TABLES FROM gold LIKE 'mine'").rows())
                .isEmpty();
    }

    @Test
    void theUserDecidesWhatIsSeen() {
        String sql = "SELECT count(*) FROM silver.orders";

        assertThat(query(trino.data(), "--user=bi", sql).err()).contains("Access Denied", "[SLUICE-603]");
        assertThat(query(trino.data(), "--user=analyst", sql).exitCode()).isZero();
    }

    @Test
    void withoutAServerTheAnswerSaysHowToGetOne() {
        Answer answer = query(folder, "SELECT 1");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err())
                .contains("expected 'trino.url' in", "or './sluice trino' running on " + folder)
                .doesNotContain("\tat ");
    }

    @Test
    void anyJdbcClientReadsTheTables() throws Exception {
        try (Connection connection = DriverManager.getConnection(trino.server().jdbcUrl(), "bi", null);
                ResultSet tables = connection.getMetaData().getTables("iceberg", "gold", "%", null)) {
            List<String> names = new ArrayList<>();
            while (tables.next()) {
                names.add(tables.getString("TABLE_NAME"));
            }
            assertThat(names).contains("fct_orders", "revenue_daily");

            try (var statement =
                    connection.prepareStatement("SELECT sum(net_cents) FROM gold.fct_orders WHERE country = ?")) {
                statement.setString(1, "FR");
                try (ResultSet sum = statement.executeQuery()) {
                    assertThat(sum.next()).isTrue();
                    assertThat(sum.getLong(1)).isEqualTo(200);
                }
            }
        }
    }
}
