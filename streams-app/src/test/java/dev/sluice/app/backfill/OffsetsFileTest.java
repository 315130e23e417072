package dev.sluice.app.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OffsetsFileTest {
    @TempDir
    Path folder;

    private Map<Integer, Long> read(String text, String topic) throws IOException {
        return OffsetsFile.read(Files.writeString(folder.resolve("offsets.csv"), text), topic);
    }

    @Test
    void lines_are_read_as_kafka_consumer_groups_exports_them_quoted_or_not() throws IOException {
        assertThat(read("orders,0,17\norders,1,9000000000\n", "orders")).isEqualTo(Map.of(0, 17L, 1, 9_000_000_000L));
        assertThat(read("\"orders\",2,5", "orders")).isEqualTo(Map.of(2, 5L));
    }

    @Test
    void a_heading_blanks_remarks_and_other_topics_are_passed_over() throws IOException {
        String text = """
                TOPIC  PARTITION  OFFSET
                # what the old job had done
                orders 0          17

                orders 1          18
                customers 0       99
                """;

        assertThat(read(text, "orders")).isEqualTo(Map.of(0, 17L, 1, 18L));
    }

    @Test
    void a_topic_with_partition_in_its_name_is_no_heading() throws IOException {
        assertThat(read("partitioned-orders,0,17\npartitioned-orders,1,18\n", "partitioned-orders"))
                .isEqualTo(Map.of(0, 17L, 1, 18L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "orders,0|line 2: expected topic, partition and offset with three fields, found 2",
                "orders,0,1,2|three fields, found 4",
                "orders,zero,1|found zero",
                "orders,4294967296,1|numbers from 0 to 2147483647, found 4294967296",
                "orders,0,-1|found -1",
                "orders,1,5|each partition once, found 1 again"
            })
    void a_line_that_is_wrong_is_named(String line, String said) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> read("orders,1,4\n" + line, "orders"))
                .withMessageContaining(said)
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.USAGE));
    }

    @Test
    void a_file_that_is_not_there_or_has_no_line_of_the_topic_is_refused() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> OffsetsFile.read(folder.resolve("none.csv"), "orders"))
                .withMessageContaining("Cannot read the offsets file");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> read("customers,0,1\n", "orders"))
                .withMessageContaining("expected lines of topic orders, found none");
    }
}
