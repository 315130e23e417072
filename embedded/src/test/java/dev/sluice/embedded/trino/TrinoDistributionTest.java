package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Putting the distribution together, with a script in the place of Maven. */
class TrinoDistributionTest {
    @TempDir
    private Path folder;

    private Path connector;
    private Path main;
    private final List<String> progress = new ArrayList<>();

    @BeforeEach
    void jarsInALocalRepository() throws IOException {
        main = jar("trino-main", "483");
        connector = jar("trino-iceberg", "483");
        jar("trino-spi", "483");
        jar("jackson-annotations", "2.22");
    }

    @Test
    void linksTheConnectorsJarsButThoseThatTheServerShares() throws IOException {
        TrinoDistribution made = make(maven());

        Path plugin = made.plugins().resolve("iceberg");
        assertThat(plugin)
                .isDirectoryContaining("glob:**trino-iceberg-483.jar")
                .isDirectoryContaining("glob:**sluice-services.jar")
                .isDirectoryNotContaining("glob:**trino-spi*")
                .isDirectoryNotContaining("glob:**jackson-annotations*");
        assertThat(plugin.resolve("trino-iceberg-483.jar")).isSymbolicLink();
        assertThat(made.classPath()).hasSize(2).last().isEqualTo(main);
    }

    @Test
    void asksMavenOnlyOnceAndAgainWhenAJarIsGone() throws IOException {
        TrinoDistribution made = make(maven());
        assertThat(make("no-such-maven")).isEqualTo(made);

        Files.delete(connector);

        assertThatThrownBy(() -> make("no-such-maven")).hasMessageContaining("Maven cannot be run");
        jar("trino-iceberg", "483");
        assertThat(make(maven())).isEqualTo(made);
    }

    @Test
    void withoutMavenSaysWhatIsNeeded() {
        assertThatThrownBy(() -> make("no-such-maven"))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PIECE_FAILED))
                .hasMessageStartingWith("Cannot fetch Trino 483: Maven cannot be run")
                .hasMessageContaining("expected mvn 3.8 or newer on the PATH");
    }

    @Test
    void aFailedDownloadCarriesMavensFirstErrorAndLeavesTheNextTryFree() throws IOException {
        String offline = script("echo '[INFO] hello'; echo '[ERROR] Could not transfer artifact: no route'; exit 1");

        assertThatThrownBy(() -> make(offline))
                .hasMessageContaining("Maven ended with code 1 (Could not transfer artifact: no route)")
                .hasMessageContaining("about 190 MB from Maven Central")
                .hasMessageContaining("maven.log");
        assertThat(progress).contains("Fetching trino-main from Maven Central (once)");
        assertThat(make(maven()).classPath()).hasSize(2);
    }

    private TrinoDistribution make(String maven) {
        return TrinoDistribution.in(folder.resolve("distribution"), maven, progress::add);
    }

    private Path jar(String artifact, String version) throws IOException {
        Path place = Files.createDirectories(
                folder.resolve("repository").resolve(artifact).resolve(version));
        return Files.writeString(place.resolve(artifact + "-" + version + ".jar"), artifact);
    }

    /** Answers the server's one jar, or all jars for the connector. */
    private String maven() throws IOException {
        return script("""
                for argument in "$@"; do
                  case "$argument" in
                    -Dtrino.artifact=*) artifact="${argument#*=}" ;;
                    -Dmdep.outputFile=*) answer="${argument#*=}" ;;
                  esac
                done
                case "$artifact" in
                  trino-main) printf '%%s' "%1$s/trino-main/483/trino-main-483.jar" > "$answer" ;;
                  *) find "%1$s" -name '*.jar' -not -name 'trino-main*' | paste -s -d : - > "$answer" ;;
                esac
                """.formatted(folder.resolve("repository")));
    }

    private String script(String body) throws IOException {
        Path script = Files.writeString(Files.createTempFile(folder, "mvn", ""), "#!/bin/sh\n" + body + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script.toString();
    }
}
