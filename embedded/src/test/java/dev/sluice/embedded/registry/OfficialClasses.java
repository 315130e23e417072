package dev.sluice.embedded.registry;

import dev.sluice.embedded.connect.MavenFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Confluent's own classes, kept apart from ours: the jar that holds them holds an older Avro and Kafka too. */
final class OfficialClasses implements AutoCloseable {
    private final URLClassLoader apart;
    private final URLClassLoader beside;

    private OfficialClasses(URLClassLoader apart, URLClassLoader beside) {
        this.apart = apart;
        this.beside = beside;
    }

    static OfficialClasses load() throws IOException, InterruptedException {
        Path folder = MavenFolder.assemble("embedded/src/test/confluent", "confluent");
        try (Stream<Path> jars = Files.list(folder)) {
            URL jar = jars.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow()
                    .toUri()
                    .toURL();
            URL tests =
                    OfficialWorker.class.getProtectionDomain().getCodeSource().getLocation();
            return new OfficialClasses(
                    new URLClassLoader(new URL[] {jar, tests}, ClassLoader.getPlatformClassLoader()),
                    new URLClassLoader(new URL[] {jar}, OfficialClasses.class.getClassLoader()));
        }
    }

    /** A loader as a user has it who puts the jar behind ours on the class path. */
    ClassLoader behindOurs() {
        return beside;
    }

    /** An {@link OfficialWorker} that sees none of our classes. */
    @SuppressWarnings("unchecked")
    BiFunction<String, Object[], Object[]> worker(String topic, Map<String, Object> config) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // Kafka's configuration finds the classes it names by the thread's loader.
        thread.setContextClassLoader(apart);
        try {
            return (BiFunction<String, Object[], Object[]>) apart.loadClass(OfficialWorker.class.getName())
                    .getConstructor(String.class, Map.class)
                    .newInstance(topic, config);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    public void close() {
        try {
            apart.close();
            beside.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
