package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that fail, with a script in the place of Java. */
class TrinoServerTest {
    @TempDir
    private Path data;

    @Test
    void aServerThatEndsAtOnceIsReportedWithItsCodeAndItsLogs() throws IOException {
        assertThatThrownBy(() -> start("echo no room; exit 3", 0))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PIECE_FAILED))
                .hasMessageStartingWith("Cannot start Trino 483: it ended with code 3, expected it to answer")
                .hasMessageContaining(data.resolve("logs/trino-start.log").toString());
        assertThat(data.resolve("logs/trino-start.log")).hasContent("no room");
    }

    @Test
    void aTakenPortIsSaidBeforeAnythingIsStarted() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> start("exit 0", port))
                    .isInstanceOfSatisfying(
                            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PORT_IN_USE))
                    .hasMessageContaining("port " + port + " of 127.0.0.1");
        }
        assertThat(data.resolve("logs")).doesNotExist();
    }

    @Test
    void theServersFilesKeepItOnLoopbackAndNameTheCatalog() {
        assertThatThrownBy(() -> start("exit 1", 0)).isInstanceOf(SluiceException.class);

        assertThat(data.resolve("trino/etc/config.properties")).content().contains("node.bind-ip=127.0.0.1\n");
        assertThat(data.resolve("trino/etc/catalog/iceberg.properties"))
                .content()
                .contains("iceberg.rest-catalog.uri=http://127.0.0.1:1\n", "fs.native-local.enabled=true\n");
        assertThat(data.resolve("trino/etc/access-control.properties"))
                .content()
                .contains("access-control.name=file\n");
    }

    private void start(String script, int port) throws IOException {
        Path bin = Files.createDirectories(data.resolve("java/bin"));
        Path java = Files.writeString(bin.resolve("java"), "#!/bin/sh\n" + script + "\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        TrinoSettings settings = new TrinoSettings(data, URI.create("http://127.0.0.1:1"), port);
        TrinoDistribution nothing = new TrinoDistribution(List.of(data.resolve("main.jar")), data.resolve("plugins"));
        TrinoServer.start(settings, new Java25(data.resolve("java"), "25"), nothing, line -> {})
                .close();
    }
}
