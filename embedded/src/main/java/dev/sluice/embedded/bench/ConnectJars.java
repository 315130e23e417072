package dev.sluice.embedded.bench;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Has the installed Maven find the jars of Kafka Connect with the Iceberg sink; about 150 MB the first time. */
final class ConnectJars {
    private static final String GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final Path folder;
    private final Consumer<String> progress;

    ConnectJars(Path folder, Consumer<String> progress) {
        this.folder = folder;
        this.progress = progress;
    }

    /** The class path. */
    String find() {
        Path pom = folder.resolve("pom.xml");
        Path answer = folder.resolve("classpath.txt");
        try (InputStream shipped = ConnectJars.class.getResourceAsStream("connect-pom.xml")) {
            if (shipped == null) {
                throw new IOException("connect-pom.xml is missing");
            }
            Files.createDirectories(folder);
            Files.copy(shipped, pom, StandardCopyOption.REPLACE_EXISTING);
            if (run(pom, answer, "--offline") != 0) {
                progress.accept("Fetching Kafka Connect and the Iceberg sink from Maven Central (once) ...");
                int code = run(pom, answer, "--batch-mode");
                if (code != 0) {
                    throw failed("Maven ended with code " + code, null);
                }
            }
            return Files.readString(answer).strip();
        } catch (IOException e) {
            throw failed(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("it was interrupted", e);
        }
    }

    private int run(Path pom, Path answer, String flag) throws IOException, InterruptedException {
        Process maven = new ProcessBuilder(
                        "mvn",
                        "-B",
                        "-q",
                        flag,
                        "-f",
                        pom.toString(),
                        GOAL,
                        "-DincludeScope=runtime",
                        "-Dmdep.outputFile=" + answer.toAbsolutePath())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("maven.log").toFile())
                .start();
        if (!maven.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            maven.destroyForcibly();
        }
        return maven.waitFor();
    }

    private SluiceException failed(String reason, @Nullable Throwable cause) {
        return new SluiceException(
                ErrorCode.PIECE_FAILED,
                "Cannot fetch the Kafka Connect sink: %s, expected mvn on the PATH and Maven Central in reach; its output is in %s"
                        .formatted(reason, folder.resolve("maven.log")),
                cause);
    }
}
