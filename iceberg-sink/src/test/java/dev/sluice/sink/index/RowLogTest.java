package dev.sluice.sink.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowLogTest {
    private static final int RECORDS = 200;

    @TempDir
    private Path folder;

    private static byte[] record(int i) {
        return "record %d".formatted(i).repeat(1 + i % 7).getBytes(StandardCharsets.UTF_8);
    }

    private static long[] fill(RowLog log, int from) throws IOException {
        long[] offsets = new long[RECORDS];
        for (int i = 0; i < RECORDS; i++) {
            byte[] bytes = record(from + i);
            offsets[i] = log.add(from + i, 7, bytes, bytes.length);
        }
        return offsets;
    }

    private static void assertHolds(RowLog log, long[] offsets, int from) throws IOException {
        for (int i = RECORDS - 1; i >= 0; i--) {
            assertThat(log.read(from + i, 7, offsets[i])).isEqualTo(ByteBuffer.wrap(record(from + i)));
        }
    }

    /** Maps of 64 bytes: most records lie in two of them, or begin in one that the file ends in. */
    @Test
    void records_are_read_wherever_the_maps_end() throws IOException {
        Path file = folder.resolve("log");
        long[] first;
        long length;
        try (RowLog log = RowLog.open(file, 0, 64)) {
            first = fill(log, 0);
            log.flush();
            length = log.length();
        }
        try (RowLog log = RowLog.open(file, length, 64)) {
            assertHolds(log, first, 0);
            long[] second = fill(log, 500);
            assertHolds(log, second, 500);
            assertHolds(log, first, 0);
        }
    }

    @Test
    void what_was_not_committed_is_written_over() throws IOException {
        Path file = folder.resolve("log");
        long[] first;
        long length;
        try (RowLog log = RowLog.open(file, 0)) {
            first = fill(log, 0);
            log.flush();
            length = log.length();
            fill(log, 300);
            log.flush();
        }
        try (RowLog log = RowLog.open(file, length)) {
            assertHolds(log, first, 0);
            long[] second = fill(log, 700);
            assertThat(second[0]).isEqualTo(length);
            assertHolds(log, second, 700);
        }
    }

    @Test
    void a_record_of_another_key_is_refused() throws IOException {
        try (RowLog log = RowLog.open(folder.resolve("log"), 0)) {
            long[] offsets = fill(log, 0);
            assertThatThrownBy(() -> log.read(1, 7, offsets[2])).isInstanceOf(DamagedStoreException.class);
            assertThatThrownBy(() -> log.read(2, 8, offsets[2])).isInstanceOf(DamagedStoreException.class);
            assertThatThrownBy(() -> log.read(2, 7, offsets[2] + 1)).isInstanceOf(DamagedStoreException.class);
            assertThatThrownBy(() -> log.read(2, 7, log.length())).isInstanceOf(DamagedStoreException.class);
            assertThatThrownBy(() -> log.read(2, 7, -5)).isInstanceOf(DamagedStoreException.class);
        }
    }
}
