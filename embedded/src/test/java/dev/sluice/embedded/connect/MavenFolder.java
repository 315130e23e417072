package dev.sluice.embedded.connect;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A folder of jars that a Maven project outside the build puts together. It is kept in that project's {@code target}
 * and made again only when the project file changes.
 */
public final class MavenFolder {
    private static final long LIMIT_MINUTES = 10;

    private MavenFolder() {}

    /**
     * @param project the pom's folder, from the top of the checkout
     * @param name of the folder below {@code target}
     */
    public static synchronized Path assemble(String project, String name) throws IOException, InterruptedException {
        Path lock = Checkout.path("embedded").resolve("target/maven-folder.lock");
        Files.createDirectories(lock.getParent());
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // Tests run in two processes, and both may want the same folder.
            Objects.requireNonNull(channel.lock());
            return assembled(project, name);
        }
    }

    private static Path assembled(String project, String name) throws IOException, InterruptedException {
        Path base = Checkout.path(project);
        Path pom = base.resolve("pom.xml");
        Path folder = base.resolve("target").resolve(name);
        Path stamp = base.resolve("target").resolve(name + ".pom");
        if (Files.exists(stamp) && Files.mismatch(stamp, pom) == -1) {
            return folder;
        }
        // Without a look at the network first: with the jars at hand it is a matter of seconds.
        if (run(pom, base.resolve("target"), "--offline") != 0) {
            int code = run(pom, base.resolve("target"));
            if (code != 0) {
                throw new IllegalStateException("Cannot assemble the jars of %s: Maven ended with %d, see %s"
                        .formatted(pom, code, base.resolve("target/maven.log")));
            }
        }
        Files.writeString(stamp, Files.readString(pom));
        return folder;
    }

    private static int run(Path pom, Path target, String... flags) throws IOException, InterruptedException {
        Files.createDirectories(target);
        Path log = target.resolve("maven.log");
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-q", "-f", pom.toString(), "package"));
        command.addAll(List.of(flags));
        Process maven = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!maven.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
            maven.destroyForcibly();
        }
        return maven.waitFor();
    }
}
