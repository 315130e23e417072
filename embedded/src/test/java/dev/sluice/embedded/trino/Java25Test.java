package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Java25Test {
    @TempDir
    private Path machine;

    @Test
    void takesTheOldestThatIsNewEnough() throws IOException {
        java("jvm/a-jdk-26", "26");
        Path wanted = java("jvm/b-jdk-25", "25.0.3");
        java("jvm/c-jdk-17", "17.0.15");

        assertThat(find(Map.of())).isEqualTo(new Java25(wanted, "25.0.3"));
    }

    @Test
    void theExplicitOneGoesBeforeAllOthers() throws IOException {
        java("jvm/jdk-25", "25");
        Path explicit = java("mine", "26.0.1");

        assertThat(find(Map.of("SLUICE_TRINO_JAVA_HOME", explicit.toString())).home())
                .isEqualTo(explicit);
    }

    @Test
    void anExplicitOneThatIsTooOldIsNotPassedOver() throws IOException {
        java("jvm/jdk-25", "25");
        Path explicit = java("mine", "21.0.4");

        assertThatThrownBy(() -> find(Map.of("SLUICE_TRINO_JAVA_HOME", explicit.toString())))
                .hasMessage(
                        "Cannot start Trino: it needs Java 25, expected a JDK 25 or newer in SLUICE_TRINO_JAVA_HOME="
                                + explicit + ", found Java 21.0.4 in " + explicit);
    }

    @Test
    void looksInJavaHomeAndSdkmanAndMacFoldersAndThePath() throws IOException {
        Path home = java("home", "25");
        assertThat(find(Map.of("JAVA_HOME", home.toString())).home()).isEqualTo(home);
        Files.delete(home.resolve("release"));

        Path onPath = java("path", "25");
        Path bin = Files.createDirectories(machine.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), onPath.resolve("bin/java"));
        assertThat(find(Map.of("PATH", machine + ":" + bin)).home()).isEqualTo(onPath);

        Path sdkman = java("user/.sdkman/candidates/java/25-tem", "25");
        assertThat(find(Map.of()).home()).isEqualTo(sdkman);
        Files.delete(sdkman.resolve("release"));

        Path mac = java("jvm/temurin-25.jdk/Contents/Home", "25");
        assertThat(find(Map.of()).home()).isEqualTo(mac);
    }

    @Test
    void saysWhatWasFoundInstead() throws IOException {
        Path old = java("jvm/jdk-17", "17.0.15");

        assertThatThrownBy(() -> find(Map.of()))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JAVA_MISSING))
                .hasMessageContaining("found Java 17.0.15 in " + old);
    }

    @Test
    void ignoresFoldersThatHoldNoJava() throws IOException {
        Files.createDirectories(machine.resolve("jvm/empty"));

        assertThatThrownBy(() -> find(Map.of("JAVA_HOME", "/nowhere", "PATH", "")))
                .hasMessageEndingWith("found none");
    }

    private Java25 find(Map<String, String> environment) {
        return Java25.find(
                environment, machine.resolve("user"), List.of(machine.resolve("jvm"), machine.resolve("none")));
    }

    private Path java(String folder, String version) throws IOException {
        Path home = Files.createDirectories(machine.resolve(folder)).toRealPath();
        Path executable =
                Files.createFile(Files.createDirectories(home.resolve("bin")).resolve("java"));
        assertThat(executable.toFile().setExecutable(true)).isTrue();
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}
