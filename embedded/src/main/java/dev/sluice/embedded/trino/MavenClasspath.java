package dev.sluice.embedded.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks the installed Maven for an artifact's runtime jars. They stay in Maven's own local repository, so a second
 * project, or a second data folder, downloads nothing.
 *
 * @param folder holds {@code pom.xml}, which takes the artifact by the property {@code trino.artifact}; Maven's own
 *     words go to {@code maven.log} in it
 * @param maven the executable
 * @param progress told in one line each what is going on
 */
record MavenClasspath(Path folder, String maven, Consumer<String> progress) {
    /** Maven as the {@code PATH} finds it. */
    static final String ON_THE_PATH = "mvn";

    private static final String GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(5);

    /**
     * The jars of an artifact and all it needs, in class path order.
     *
     * @throws SluiceException PIECE_FAILED when Maven is missing or cannot download
     */
    List<Path> jars(String artifact) {
        Path answer = folder.resolve(artifact + ".classpath");
        // Without a look at the network first: with the jars at hand it takes 3 s and works on a plane.
        if (run(artifact, answer, "--offline") != 0) {
            progress.accept("Fetching " + artifact + " from Maven Central (once)");
            int code = run(artifact, answer);
            if (code != 0) {
                throw failed("Maven ended with code " + code + " (" + firstError() + ")", null);
            }
        }
        try {
            return TrinoDistribution.paths(Files.readString(answer));
        } catch (IOException e) {
            throw failed("Maven left no class path in " + answer, e);
        }
    }

    private int run(String artifact, Path answer, String... flags) {
        List<String> command = new ArrayList<>(List.of(maven, "-B"));
        command.addAll(List.of(flags));
        command.addAll(List.of("-f", folder.resolve("pom.xml").toString(), GOAL));
        command.addAll(
                List.of("-Dtrino.artifact=" + artifact, "-DincludeScope=runtime", "-Dmdep.outputFile=" + answer));
        String repository = System.getProperty("maven.repo.local");
        if (repository != null) {
            command.add("-Dmaven.repo.local=" + repository);
        }
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log().toFile())
                    .start();
        } catch (IOException e) {
            throw failed("Maven cannot be run (" + e.getMessage() + "), expected mvn 3.8 or newer on the PATH", e);
        }
        try {
            return await(process, artifact);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("it was interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private int await(Process process, String artifact) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long reported = 0;
        while (!process.waitFor(REPORT_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() > deadline) {
                throw failed("Maven took longer than " + LIMIT.toMinutes() + " minutes", null);
            }
            long files = lines("Downloaded from ").count();
            if (files > reported) {
                progress.accept("Fetching " + artifact + ": " + files + " files so far");
                reported = files;
            }
        }
        return process.exitValue();
    }

    private Stream<String> lines(String containing) {
        try {
            return Files.readAllLines(log()).stream().filter(line -> line.contains(containing));
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private Path log() {
        return folder.resolve("maven.log");
    }

    private String firstError() {
        return lines("[ERROR]")
                .map(line -> line.substring(line.indexOf("[ERROR]") + "[ERROR]".length())
                        .strip())
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("no error line");
    }

    private SluiceException failed(String reason, @Nullable Throwable cause) {
        return new SluiceException(
                ErrorCode.PIECE_FAILED,
                "Cannot fetch Trino %s: %s, expected Maven to download about 190 MB from Maven Central once; its output is in %s"
                        .formatted(TrinoDistribution.VERSION, reason, log()),
                cause);
    }
}
