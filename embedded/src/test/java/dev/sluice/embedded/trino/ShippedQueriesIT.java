package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** The queries of the Trino page on the sample tables. */
@ExtendWith(SharedTrino.class)
class ShippedQueriesIT {
    private static final ShippedQueries PAGE = ShippedQueries.of(Path.of("..", "docs", "how-to", "trino.md"));

    @TestFactory
    Stream<DynamicTest> everyQueryOfThePageRuns(TrinoFixture trino) {
        return PAGE.testsOn(trino.as("engineer"));
    }

    @Test
    void thePageHasTheQueriesItPromises() {
        assertThat(PAGE.queries())
                .extracting(ShippedQueries.Query::title)
                .contains(
                        "Revenue by day and country",
                        "Funnel by order state",
                        "Dead letters by reason",
                        "Freshness",
                        "History of one order, across the layers");
    }

    @Test
    void aHistoryShowsEveryEventAndTheStateInEachLayer(TrinoFixture trino) {
        String sql = PAGE.queries().stream()
                .filter(query -> query.title().startsWith("History of one order"))
                .findFirst()
                .orElseThrow()
                .sql();

        assertThat(trino.as("engineer").run(sql).rows())
                .extracting(row -> row.get(0) + " " + row.get(2) + " " + row.get(5))
                .containsExactly(
                        "bronze PLACED orders-0@0",
                        "bronze PAID orders-0@1",
                        "bronze SHIPPED orders-0@2",
                        "bronze DELIVERED orders-0@3",
                        "gold DELIVERED null",
                        "silver DELIVERED null");
    }
}
