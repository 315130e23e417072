package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.e2e.Invocation;
import dev.sluice.embedded.e2e.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A Trino that takes TLS and holders of a token only, with the configuration that docs/how-to/security.md shows. */
@ExtendWith(SharedTrino.class)
class TrinoTlsIT {
    private static TrinoFixture trino;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start(TrinoFixture shared) {
        trino = shared;
    }

    @Test
    void queriesAndModelsRunThroughTlsWithAToken() throws IOException {
        SmallModels models = SmallModels.create(trino.catalog(), "over_tls", folder.resolve("models"), "", "");
        models.land("a x 1 1", "b x 1 2");
        Path config = config(trino.secure().certificate(), trino.secure().token("engineer"), models.folder());

        Invocation run = Invocation.of("model", "run", "--select=over_tls.items", "--config=" + config)
                .succeeds();
        Invocation query =
                query(config, "select sum(amount) as cents from over_tls.items").succeeds();

        assertThat(models.rows("items")).containsExactly("a x 1 1 1", "b x 1 2 2");
        assertThat(models.table("items").currentSnapshot().summary()).containsKey("sluice.merged");
        assertThat(query.out()).contains("\"cents\":3");
        assertThat(run.out() + run.err() + query.err())
                .doesNotContain(trino.secure().token("engineer"));
    }

    @Test
    void theTokenDecidesWhoOneIs() throws IOException {
        Path config = config(trino.secure().certificate(), trino.secure().token("bi"), folder.resolve("models"));

        // The configuration says engineer.
        refused(query(config, "select 1"), 2, "SLUICE-603", "bi cannot impersonate user engineer");
    }

    @Test
    void aCertificateThatIsNotTrustedIsSaidWithWhatToCheck() throws IOException {
        TestCertificate other = new TestCertificate(folder, "of another store");
        String token = trino.secure().token("engineer");
        Path untrusting = config(other, token, folder.resolve("models"));

        refused(query(untrusting, "select 1"), 2, "SLUICE-631", "TLS failed", "SSLTrustStorePath", "127.0.0.1");
    }

    @Test
    void aTokenOfSomebodyElsesKeyAndNoTokenAreRefusedWithWhatToCheck() throws IOException {
        TestCertificate certificate = trino.secure().certificate();
        String foreign = new SecureListener(folder).token("engineer");

        Invocation wrong = query(config(certificate, foreign, folder.resolve("models")), "select 1");
        refused(wrong, 2, "SLUICE-631", "refused our credentials", "trino.properties", "accessToken");
        assertThat(wrong.out() + wrong.err()).doesNotContain(foreign);
        refused(
                query(config(certificate, "", folder.resolve("models")), "select 1"),
                2,
                "SLUICE-631",
                "refused our credentials");
    }

    private static Invocation query(Path config, String sql) {
        return Invocation.of("query", "--engine=trino", "-o=json", "--config=" + config, sql);
    }

    private static void refused(Invocation invocation, int exitCode, String label, String... words) {
        assertThat(invocation.exitCode()).as(invocation.err()).isEqualTo(exitCode);
        assertThat(invocation.err()).contains(words).contains("[" + label + "]").doesNotContain("\tat ");
    }

    /** @param token none when empty */
    private Path config(TestCertificate trusted, String token, Path models) throws IOException {
        List<String> properties = new ArrayList<>();
        trino.catalogProperties().forEach((key, value) -> properties.add("    \"%s\": \"%s\"".formatted(key, value)));
        return Files.writeString(folder.resolve("sluice.yaml"), """
                kafka: {bootstrap.servers: "localhost:1"}
                sources: [{name: orders}]
                engine: {type: trino}
                models: %s
                trino:
                  url: %s
                  user: engineer
                  properties:
                    SSL: "true"
                    SSLTrustStorePath: %s
                %s
                catalog:
                  name: sluice
                  properties:
                %s
                """.formatted(
                        models,
                        trino.secure().jdbcUrl(),
                        trusted.pem(),
                        token.isEmpty() ? "" : "    accessToken: " + token,
                        String.join("\n", properties)));
    }
}
