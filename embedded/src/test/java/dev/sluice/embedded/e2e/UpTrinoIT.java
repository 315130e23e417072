package dev.sluice.embedded.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.embedded.trino.Java25;
import dev.sluice.error.SluiceException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice up --trino}: both engines answer the same on the tables that the service keeps filling. */
class UpTrinoIT {
    @TempDir
    private Path folder;

    @BeforeAll
    static void needsJava() {
        try {
            Java25.find();
        } catch (SluiceException e) {
            assumeTrue(false, e.getMessage());
        }
    }

    @Test
    void trino_and_the_embedded_engine_answer_the_same() {
        Terminal terminal = new Terminal(folder.resolve("platform"), Pipeline.quick(folder));
        try (SluiceChild up = terminal.up(folder.resolve("up"), "--trino", "--trino-port=0", "--http-port=0")) {
            assertThat(up.isAlive()).as(up.err()).isTrue();
            assertThat(up.out()).contains("jdbc:trino://127.0.0.1:", "./sluice query --engine trino");

            terminal.run("produce", "--events=600", "--orders=120", "--seed=3").succeeds();
            terminal.awaitCaughtUp(up, Duration.ofSeconds(90));

            String sql =
                    "select order_id, status, order_version, net_cents, order_date from gold.fct_orders order by 1";
            Invocation embedded = terminal.run("query", "-o=json", sql).succeeds();
            Invocation trino =
                    terminal.run("query", "-o=json", "--engine=trino", sql).succeeds();
            assertThat(trino.lines()).hasSizeGreaterThan(100).isEqualTo(embedded.lines());
        }
    }
}
