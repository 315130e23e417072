package dev.sluice.app.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.RangeCounts;
import dev.sluice.sink.ledger.SourcePartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnouncementCodecTest {
    private static final Map<Integer, PartitionSpec> SPECS = Map.of(0, PartitionSpec.unpartitioned());

    private final AnnouncementCodec codec = new AnnouncementCodec();

    @Test
    void an_announcement_comes_back_as_it_was_with_its_files() {
        DataFile file = DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath("file:///w/bronze/orders/data/1.parquet")
                .withFormat("parquet")
                .withFileSizeInBytes(4711)
                .withMetrics(new Metrics(
                        10L,
                        Map.of(1, 100L),
                        Map.of(1, 10L),
                        Map.of(1, 2L),
                        Map.of(),
                        Map.of(1, ByteBuffer.wrap(new byte[] {1})),
                        Map.of(1, ByteBuffer.wrap(new byte[] {9}))))
                .withSplitOffsets(List.of(4L))
                .build();
        Announcement announcement = announcement(List.of(DataFileJson.write(file, SPECS)));

        Announcement again = codec.fromBytes(codec.toBytes(announcement));

        assertThat(again).isEqualTo(announcement);
        assertThat(again.key()).isEqualTo("orders-3");
        DataFile read = DataFileJson.read(again.files().get(0), SPECS);
        assertThat(read.location()).isEqualTo(file.location());
        assertThat(read.recordCount()).isEqualTo(10);
        assertThat(read.fileSizeInBytes()).isEqualTo(4711);
        assertThat(read.lowerBounds()).isEqualTo(file.lowerBounds());
        assertThat(read.upperBounds()).isEqualTo(file.upperBounds());
        assertThat(read.nullValueCounts()).isEqualTo(file.nullValueCounts());
        assertThat(read.splitOffsets()).isEqualTo(file.splitOffsets());
    }

    @Test
    void a_range_of_dead_letters_alone_has_no_file() {
        Announcement announcement = announcement(List.of());

        assertThat(codec.fromBytes(codec.toBytes(announcement)).files()).isEmpty();
    }

    @Test
    void fields_of_later_versions_are_ignored() {
        String json = new String(codec.toBytes(announcement(List.of())), StandardCharsets.UTF_8);

        Announcement read =
                codec.fromBytes(json.replaceFirst("\\{", "{\"later\":[1],").getBytes(StandardCharsets.UTF_8));

        assertThat(read).isEqualTo(announcement(List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "no json", "[]", "{}", "{\"v\":2}", "{\"v\":1}", "{\"v\":1,\"schema_ids\":[],\"files\":[]}"})
    void anything_else_is_refused(String text) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> codec.fromBytes(text.getBytes(StandardCharsets.UTF_8)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ANNOUNCEMENT_INVALID))
                .withMessageStartingWith("Cannot read an announcement");
    }

    private static Announcement announcement(List<String> files) {
        return new Announcement(
                "orders-pipeline",
                "orders",
                "bronze.orders",
                new OffsetRange(new SourcePartition("cluster", "topic-id", "orders", 3), 5, 20),
                new RangeCounts(8, 2, 3),
                List.of(1, 2),
                files,
                "b-1",
                "host-1",
                Instant.parse("2026-01-02T03:04:05.678Z"));
    }
}
