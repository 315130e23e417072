package dev.sluice.embedded.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.EnvironmentFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadInputIT {
    private static final Duration BOUNDED = Duration.ofSeconds(45);

    @TempDir
    Path folder;

    @Test
    void an_unknown_command_names_the_known_ones() {
        Invocation.of("prodcue").refuses(2, "SLUICE-101", "Unknown command 'prodcue'", "produce", "query", "demo");
    }

    @Test
    void an_unknown_option_names_the_nearest_one() {
        Invocation.of("demo", "--evnts=5").refuses(2, "SLUICE-101", "Unknown option '--evnts=5'", "--events");
    }

    @Test
    void an_option_out_of_its_range_says_the_range() {
        Invocation.of("demo", "--data=" + folder.resolve("none"), "--config=" + Pipeline.SHIPPED, "--orders=0")
                .refuses(2, "SLUICE-101", "--orders", "expected 1 or more, found 0");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void an_unknown_key_of_the_configuration_says_file_and_line() throws IOException {
        Path yaml = Pipeline.quick(folder);
        String text = Files.readString(yaml).replace("  threads: 1\n", "  thread: 1\n");
        Files.writeString(yaml, text);
        int line = text.substring(0, text.indexOf("  thread: 1")).split("\n", -1).length;

        Invocation.of("status", "--data=" + folder, "--config=" + yaml)
                .refuses(2, "SLUICE-100", "quick.yaml:" + line, "thread", "threads");
    }

    @Test
    void a_folder_of_another_version_or_of_something_else_is_left_alone() throws IOException {
        Path newer = Files.createDirectory(folder.resolve("newer"));
        Files.writeString(newer.resolve("VERSION"), "99\n");
        demoOn(newer).refuses(2, "SLUICE-102", "expected version 1", "found version 99");

        Path foreign = Files.createDirectory(folder.resolve("holiday"));
        Files.writeString(foreign.resolve("photos.txt"), "mine");
        demoOn(foreign).refuses(2, "SLUICE-102", "holiday");
        assertThat(foreign.toFile().list()).containsExactly("photos.txt");
    }

    private static Invocation demoOn(Path data) {
        return Invocation.of("demo", "--data=" + data, "--config=" + Pipeline.SHIPPED, "--events=10", "--orders=2");
    }

    @Test
    void a_broker_that_is_away_is_said_within_seconds() throws IOException {
        nothingListens();
        long start = System.nanoTime();

        sluice("dlq", "stats").refuses(4, "SLUICE-600", "at Kafka 127.0.0.1", "no broker answered");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUNDED);
    }

    @Test
    void producing_to_a_broker_that_is_away_is_refused_within_seconds() throws IOException {
        nothingListens();
        long start = System.nanoTime();

        sluice("produce", "--events=10", "--orders=2").refuses(4, "SLUICE-600", "at Kafka 127.0.0.1");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUNDED);
    }

    @Test
    void a_catalog_that_is_away_is_said_at_once() throws IOException {
        nothingListens();

        sluice("query", "select 1").refuses(4, "SLUICE-400", "catalog", "refused");
        sluice("audit").refuses(4, "SLUICE-400", "catalog", "refused");
    }

    /** Points the commands at ports that were free a moment ago. */
    private void nothingListens() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        EnvironmentFile.write(
                folder,
                Map.of(
                        "SLUICE_BOOTSTRAP_SERVERS", "127.0.0.1:" + port,
                        "SLUICE_REGISTRY_URL", "http://127.0.0.1:" + port,
                        "SLUICE_CATALOG_URI", "http://127.0.0.1:" + port,
                        "SLUICE_PII_KEY", "a key for tests, long enough"));
    }

    private Invocation sluice(String... arguments) {
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--data=" + folder;
        all[arguments.length + 1] = "--config=" + Pipeline.quick(folder);
        return Invocation.of(all);
    }
}
