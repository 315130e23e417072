package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void alignsNumbersToTheRightAndTextToTheLeft() {
        TextTable table =
                TextTable.of("table", "rows").row("bronze.orders", 198_000L).row("gold", 7);

        assertThat(table.lines())
                .containsExactly(
                        "table             rows",
                        "-------------  -------",
                        "bronze.orders  198,000",
                        "gold                 7");
    }

    @Test
    void showsMissingValuesAsBlanksAndCutsLongOnes() {
        assertThat(TextTable.of("a", "b").row(null, "x".repeat(60)).lines().get(2))
                .hasSize(1 + 2 + 48)
                .endsWith("x…");
    }
}
