package dev.sluice.sink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalFileIOTest {
    private final LocalFileIO io = new LocalFileIO();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "file:", "file://"})
    void a_file_is_written_and_read_back_under_every_style_of_location(String style) throws IOException {
        String location = style + folder.resolve("a b/%20/data.bin");
        byte[] content = bytes(300_000);

        write(location, content);

        assertThat(folder.resolve("a b/%20/data.bin")).hasBinaryContent(content);
        assertThat(io.newInputFile(location).location()).isEqualTo(location);
        assertThat(io.newInputFile(location).getLength()).isEqualTo(content.length);
        try (SeekableInputStream in = io.newInputFile(location).newStream()) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
    }

    @Test
    void the_catalog_can_make_one_by_its_class_name() {
        try (FileIO made = CatalogUtil.loadFileIO(LocalFileIO.class.getName(), Map.of("warehouse", "w"), null)) {
            assertThat(made).isInstanceOf(LocalFileIO.class);
            assertThat(made.properties()).containsEntry("warehouse", "w");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket/key", "file://host/key", "relative/path", "hdfs:/x"})
    void a_location_that_is_not_on_this_machine_is_refused_by_name(String location) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> io.newOutputFile(location))
                .withMessageContaining(location)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
    }

    @Test
    void create_refuses_a_file_that_exists_and_leaves_it_alone() throws IOException {
        String location = location("once.bin");
        write(location, new byte[] {1, 2, 3});

        assertThatThrownBy(() -> io.newOutputFile(location).create())
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining(location);

        assertThat(folder.resolve("once.bin")).hasBinaryContent(new byte[] {1, 2, 3});
    }

    @Test
    void create_or_overwrite_replaces_the_whole_content() throws IOException {
        String location = location("again.bin");
        write(location, bytes(1000));

        try (PositionOutputStream out = io.newOutputFile(location).createOrOverwrite()) {
            out.write(7);
        }

        assertThat(folder.resolve("again.bin")).hasBinaryContent(new byte[] {7});
    }

    @Test
    void the_position_counts_buffered_and_written_bytes() throws IOException {
        OutputFile file = io.newOutputFile(location("pos.bin"));
        try (PositionOutputStream out = file.create()) {
            assertThat(out.getPos()).isZero();
            out.write(1);
            assertThat(out.getPos()).isEqualTo(1);
            out.write(bytes(200_000));
            assertThat(out.getPos()).isEqualTo(200_001);
            out.write(bytes(10), 5, 5);
            out.flush();
            assertThat(out.getPos()).isEqualTo(200_006);
            assertThat(file.toInputFile().getLength()).isEqualTo(200_006);
        }
    }

    @Test
    void writing_after_close_fails_and_closing_twice_does_not() throws IOException {
        PositionOutputStream out = io.newOutputFile(location("closed.bin")).create();
        out.close();
        out.close();

        assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class).hasMessageContaining("closed.bin");
    }

    @Test
    void a_full_disk_is_an_error_that_names_the_file_and_the_file_never_passes_for_closed() throws IOException {
        if (!new File("/dev/full").exists()) {
            return;
        }
        PositionOutputStream out = io.newOutputFile("/dev/full").createOrOverwrite();

        assertThatThrownBy(() -> out.write(bytes(100_000)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/dev/full")
                .hasMessageContaining("No space left");
        assertThatThrownBy(out::close).isInstanceOf(IOException.class).hasMessageContaining("/dev/full");
    }

    @Test
    void a_folder_that_cannot_be_made_is_an_error_that_names_the_file() throws IOException {
        Files.writeString(folder.resolve("plain"), "a file where a folder should be");

        assertThatThrownBy(() -> io.newOutputFile(location("plain/below.bin")).create())
                .hasMessageContaining("plain/below.bin");
    }

    @Test
    void a_missing_file_is_icebergs_not_found() {
        String location = location("missing.bin");

        assertThat(io.newInputFile(location).exists()).isFalse();
        assertThatThrownBy(() -> io.newInputFile(location).getLength())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining(location);
        assertThatThrownBy(() -> io.newInputFile(location, 5).newStream())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining(location);
    }

    @Test
    void random_seeks_and_reads_give_what_an_array_would() throws IOException {
        byte[] content = bytes(100_000);
        write(location("random.bin"), content);
        Random random = new Random(42);
        try (SeekableInputStream in = io.newInputFile(location("random.bin")).newStream()) {
            for (int i = 0; i < 2_000; i++) {
                int from = random.nextInt(content.length);
                int length = 1 + random.nextInt(random.nextBoolean() ? 100 : 30_000);
                if (random.nextInt(4) > 0) {
                    in.seek(from);
                } else {
                    from = (int) in.getPos();
                }
                if (random.nextInt(5) == 0) {
                    assertThat(in.read()).isEqualTo(from < content.length ? content[from] & 0xFF : -1);
                } else {
                    byte[] expected = slice(content, from, length);
                    assertThat(in.readNBytes(length)).isEqualTo(expected);
                    assertThat(in.getPos()).isEqualTo(from + expected.length);
                }
            }
        }
    }

    @Test
    void ranged_reads_leave_the_position_alone() throws IOException {
        byte[] content = bytes(50_000);
        write(location("ranged.bin"), content);
        try (SeekableInputStream in = io.newInputFile(location("ranged.bin")).newStream()) {
            in.seek(10);
            byte[] range = new byte[20_000];
            ((RangeReadable) in).readFully(30_000, range);
            byte[] tail = new byte[8];
            assertThat(((RangeReadable) in).readTail(tail)).isEqualTo(8);

            assertThat(range).isEqualTo(slice(content, 30_000, 20_000));
            assertThat(tail).isEqualTo(slice(content, 49_992, 8));
            assertThat(in.getPos()).isEqualTo(10);
            assertThatThrownBy(() -> ((RangeReadable) in).readFully(49_999, new byte[2]))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("ranged.bin");
        }
    }

    @Test
    void seeking_past_the_end_finds_the_end_and_before_the_start_fails() throws IOException {
        write(location("short.bin"), new byte[] {1});
        try (SeekableInputStream in = io.newInputFile(location("short.bin")).newStream()) {
            in.seek(5);
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.read(new byte[10_000])).isEqualTo(-1);
            assertThat(in.skip(3)).isZero();
            assertThatThrownBy(() -> in.seek(-1)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void deleting_a_missing_file_is_no_error_and_deleting_a_folder_is() throws IOException {
        write(location("f/data.bin"), new byte[1]);

        io.deleteFile(location("f/data.bin"));
        io.deleteFile(location("f/data.bin"));

        assertThat(folder.resolve("f/data.bin")).doesNotExist();
        assertThatThrownBy(() -> io.deleteFile(location("f"))).hasMessageContaining(location("f"));
    }

    @Test
    void a_bulk_delete_goes_on_past_failures_and_counts_them() throws IOException {
        write(location("d/1.bin"), new byte[1]);
        write(location("2.bin"), new byte[1]);

        assertThatExceptionOfType(BulkDeletionFailureException.class)
                .isThrownBy(() -> io.deleteFiles(List.of(location("d"), location("2.bin"), location("3.bin"))))
                .satisfies(e -> assertThat(e.numberFailedObjects()).isEqualTo(1));

        assertThat(folder.resolve("2.bin")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "file:", "file://"})
    void a_listing_is_recursive_and_in_the_style_of_its_prefix(String style) throws IOException {
        write(location("t/data/1.bin"), new byte[1]);
        write(location("t/data/deep/2.bin"), new byte[2]);
        write(location("t2/other.bin"), new byte[3]);

        assertThat(listed(style + folder.resolve("t")))
                .containsExactlyInAnyOrder(style + folder + "/t/data/1.bin 1", style + folder + "/t/data/deep/2.bin 2");
        assertThat(listed(style + folder.resolve("t") + "/")).hasSize(2);
        assertThat(listed(style + folder.resolve("nothing/here") + "/")).isEmpty();
    }

    @Test
    void deleting_a_prefix_takes_the_folder_and_nothing_beside_it() throws IOException {
        write(location("t/data/1.bin"), new byte[1]);
        write(location("t2/other.bin"), new byte[3]);

        io.deletePrefix(location("t"));
        io.deletePrefix(location("t"));

        assertThat(folder.resolve("t")).doesNotExist();
        assertThat(folder.resolve("t2/other.bin")).exists();
    }

    private List<String> listed(String prefix) {
        List<String> found = new ArrayList<>();
        for (FileInfo file : io.listPrefix(prefix)) {
            assertThat(file.createdAtMillis()).isPositive();
            found.add(file.location() + " " + file.size());
        }
        return found;
    }

    private String location(String name) {
        return "file://" + folder.resolve(name);
    }

    private void write(String location, byte[] content) throws IOException {
        try (PositionOutputStream out = io.newOutputFile(location).create()) {
            out.write(content);
        }
    }

    private static byte[] slice(byte[] content, int from, int length) {
        int start = Math.min(from, content.length);
        return Arrays.copyOfRange(content, start, Math.min(start + length, content.length));
    }

    private static byte[] bytes(int count) {
        byte[] content = new byte[count];
        new Random(count).nextBytes(content);
        return content;
    }
}
