package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartupCacheTest {
    private static final Java25 JAVA = new Java25(Path.of("java"), "25.0.3");

    @TempDir
    private Path folder;

    @Test
    void recordsUntilARecordingIsPublishedThenUsesIt() throws IOException {
        StartupCache first = cache("a.jar");
        assertThat(first.flag()).startsWith("-XX:AOTCacheOutput=");
        record(first, "classes");
        first.publish();

        assertThat(cache("a.jar").flag()).isEqualTo("-XX:AOTCache=" + first.file());
    }

    @Test
    void aRecordingCutShortIsThrownAway() throws IOException {
        record(cache("a.jar"), "half");

        assertThat(cache("a.jar").recorded()).isFalse();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anEmptyRecordingIsNotPublished() throws IOException {
        StartupCache first = cache("a.jar");
        record(first, "");
        first.publish();

        assertThat(cache("a.jar").recorded()).isFalse();
    }

    @Test
    void anotherClassPathGetsACacheOfItsOwnAndTheOldOneGoes() throws IOException {
        StartupCache first = cache("a.jar");
        record(first, "classes");
        first.publish();

        assertThat(cache("b.jar").recorded()).isFalse();
        assertThat(first.file()).doesNotExist();
    }

    private StartupCache cache(String jar) throws IOException {
        return StartupCache.in(folder, JAVA, List.of(Path.of(jar)));
    }

    private static void record(StartupCache cache, String content) throws IOException {
        Files.writeString(Path.of(cache.flag().substring(cache.flag().indexOf('=') + 1)), content);
    }
}
