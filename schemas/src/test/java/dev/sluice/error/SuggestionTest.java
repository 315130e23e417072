package dev.sluice.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {
    @Test
    void aMisspeltNameFindsItsNeighbour() {
        assertThat(Suggestion.nearest("max.retrys", List.of("max.retries", "request.timeout.ms")))
                .isEqualTo("max.retries");
    }

    @Test
    void ofEqualNeighboursTheFirstInTheAlphabetIsTaken() {
        assertThat(Suggestion.nearest("c", List.of("b", "a"))).isEqualTo("a");
    }
}
