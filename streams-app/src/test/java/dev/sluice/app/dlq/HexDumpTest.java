package dev.sluice.app.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HexDumpTest {
    private static final byte[] BYTES = "Hello, world! 0123".getBytes(StandardCharsets.UTF_8);

    @Test
    void bytes_are_shown_as_hex_and_as_text() {
        assertThat(new HexDump(index -> true, -1).lines(BYTES, 9))
                .containsExactly(
                        "00000000  48 65 6c 6c 6f 2c 20 77 6f 72 6c 64 21 20 30 31  |Hello, world! 01|",
                        "00000010  32 33                                            |23|");
    }

    @Test
    void the_byte_where_it_failed_is_pointed_at_even_when_it_is_the_one_after_the_last() {
        assertThat(new HexDump(index -> true, 17).lines(BYTES, 9).get(1)).contains(" 32>33", "<- byte 17");
        assertThat(new HexDump(index -> true, 18).lines(BYTES, 9).get(1)).endsWith("<- byte 18");
    }

    @Test
    void hidden_bytes_are_dots_in_both_columns() {
        assertThat(new HexDump(index -> index < 2, -1)
                        .lines(new byte[] {65, 66, 67}, 9)
                        .get(0))
                .startsWith("00000000  41 42 ··")
                .endsWith("|AB·|");
    }

    @Test
    void a_long_value_is_cut_and_says_by_how_much() {
        assertThat(new HexDump(index -> true, -1).lines(BYTES, 1)).last().isEqualTo("… 2 more bytes");
    }
}
