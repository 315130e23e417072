package dev.sluice.sink.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableDigestTest {
    private static TableDigest of(String... rows) {
        return TableDigest.of(List.of(rows).iterator());
    }

    @Test
    void doesNotDependOnTheOrderOfTheRows() {
        assertThat(of("a", "b", "c")).isEqualTo(of("c", "a", "b"));
    }

    @Test
    void seesAChangedRowARepeatedRowAndASwapOfValuesBetweenRows() {
        assertThat(of("a", "b")).isNotEqualTo(of("a", "c"));
        assertThat(of("a", "a", "b", "b")).isNotEqualTo(of("a", "b"));
        assertThat(of("a1", "b2")).isNotEqualTo(of("a2", "b1"));
    }

    @Test
    void theSameInstantIsSpelledTheSameByEveryReader() {
        Instant instant = Instant.parse("2026-01-01T00:00:00.123456Z");

        assertThat(CanonicalRow.spell(instant))
                .isEqualTo("1767225600123456")
                .isEqualTo(CanonicalRow.spell(OffsetDateTime.ofInstant(instant, ZoneOffset.ofHours(2))))
                .isEqualTo(CanonicalRow.spell(Timestamp.from(instant)));
    }

    @Test
    void numbersAreSpelledTheSameWhateverTheirTypeAndScale() {
        assertThat(CanonicalRow.of(Arrays.asList(7L, new BigDecimal("7.00"), 7, null)))
                .isEqualTo("7\u001f7\u001f7\u001f");
    }
}
