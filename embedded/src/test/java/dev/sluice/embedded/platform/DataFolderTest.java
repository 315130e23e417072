package dev.sluice.embedded.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path temporary;

    @Test
    void a_new_folder_is_laid_out_and_can_be_opened_again() {
        Path root = temporary.resolve("new/data");
        try (DataFolder folder = DataFolder.open(root)) {
            assertThat(folder.root()).isEqualTo(root);
            assertThat(folder.kafka()).isDirectory();
            assertThat(folder.registry()).isDirectory();
            assertThat(folder.warehouse()).isDirectory();
            assertThat(folder.state()).isDirectory();
            assertThat(folder.files()).isDirectory();
            assertThat(folder.logs()).isDirectory();
            assertThat(root.resolve("VERSION")).hasContent("1");
            assertThat(root.resolve("lock"))
                    .hasContent(String.valueOf(ProcessHandle.current().pid()));
        }
        DataFolder.open(root).close();
    }

    @Test
    void a_folder_of_another_version_is_refused_and_left_alone() throws IOException {
        Files.writeString(temporary.resolve("VERSION"), "7\n");

        refused(temporary, ErrorCode.DATA_FOLDER, "expected version 1, found version 7");

        assertThat(temporary.resolve("kafka")).doesNotExist();
    }

    @Test
    void a_folder_of_something_else_is_refused_before_anything_is_written_in_it() throws IOException {
        Files.writeString(temporary.resolve("thesis.tex"), "years of work");

        refused(temporary, ErrorCode.DATA_FOLDER, "thesis.tex");

        assertThat(temporary).isDirectoryNotContaining("glob:**lock");
    }

    @Test
    void a_start_that_was_killed_before_it_wrote_the_version_does_not_spoil_the_folder() throws IOException {
        Files.writeString(temporary.resolve("lock"), "4711");
        Files.writeString(temporary.resolve("VERSION.tmp"), "");

        DataFolder.open(temporary).close();
    }

    @Test
    void a_file_is_no_data_folder() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");

        refused(file, ErrorCode.DATA_FOLDER, file.toString());
    }

    @Test
    void a_folder_that_is_held_names_its_holder() {
        DataFolder held = DataFolder.open(temporary);
        try (held) {
            refused(
                    temporary,
                    ErrorCode.DATA_FOLDER_HELD,
                    "found process " + ProcessHandle.current().pid());
        }
    }

    private static void refused(Path root, ErrorCode code, String words) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> DataFolder.open(root))
                .withMessageContaining(root.toString())
                .withMessageContaining(words)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }
}
