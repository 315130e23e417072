package dev.sluice.embedded.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Trino server with the Iceberg connector, put together from Maven Central's jars. The jars are linked, not copied.
 *
 * @param classPath the server's class path; it starts with the jar that holds {@link TrinoMain}
 * @param plugins the folder with one folder per plugin
 */
public record TrinoDistribution(List<Path> classPath, Path plugins) {
    public static final String VERSION = "483";

    private static final String POM = "distribution-pom.xml";
    /** Raised when this class lays the folder out in another way, so that older folders are not taken for good. */
    private static final String LAYOUT = "1";
    /** What a plugin gets from the server instead of bringing it: the types that cross the border between the two. */
    private static final Set<String> FROM_THE_SERVER = Set.of(
            "trino-spi",
            "slice",
            "jackson-annotations",
            "opentelemetry-api",
            "opentelemetry-context",
            "opentelemetry-common",
            "opentelemetry-api-incubator");

    public TrinoDistribution {
        classPath = List.copyOf(classPath);
    }

    /**
     * The distribution kept in a folder; made on first use, which takes seconds when Maven has the jars and minutes
     * when it has to download them. Safe to call from several processes.
     *
     * @throws SluiceException PIECE_FAILED when Maven is missing or cannot download; DATA_FOLDER when the folder cannot
     *     be written
     */
    public static TrinoDistribution in(Path folder, Consumer<String> progress) {
        return in(folder, MavenClasspath.ON_THE_PATH, progress);
    }

    static TrinoDistribution in(Path folder, String maven, Consumer<String> progress) {
        Path place = folder.resolve(VERSION + "-" + LAYOUT);
        try {
            Files.createDirectories(place);
            try (FileChannel lock =
                    FileChannel.open(place.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                Objects.requireNonNull(lock.lock());
                return complete(place) ? read(place) : make(place, maven, progress);
            }
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.DATA_FOLDER, "Cannot put Trino together in %s: %s".formatted(place, e), e);
        }
    }

    private static boolean complete(Path place) throws IOException {
        Path list = place.resolve("server.classpath");
        if (!Files.exists(list) || !pom().equals(readIfThere(place.resolve("pom.xml")))) {
            return false;
        }
        try (Stream<Path> plugin = Files.list(place.resolve("plugin/iceberg"))) {
            // A link whose target Maven's repository has lost does not exist.
            return Stream.concat(read(place).classPath().stream(), plugin).allMatch(Files::exists);
        }
    }

    private static String readIfThere(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static TrinoDistribution read(Path place) throws IOException {
        return new TrinoDistribution(
                paths(Files.readString(place.resolve("server.classpath"))), place.resolve("plugin"));
    }

    /** The parts of a class path. */
    static List<Path> paths(String classPath) {
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(classPath.strip())
                .map(Path::of)
                .toList();
    }

    private static TrinoDistribution make(Path place, String maven, Consumer<String> progress) throws IOException {
        Files.deleteIfExists(place.resolve("server.classpath"));
        Files.writeString(place.resolve("pom.xml"), pom());
        progress.accept("Putting Trino " + VERSION + " together from Maven Central's jars (once; about 190 MB)");
        MavenClasspath resolver = new MavenClasspath(place, maven, progress);
        List<Path> server = resolver.jars("trino-main");
        List<Path> connector = resolver.jars("trino-iceberg");

        Path plugin = Files.createDirectories(place.resolve("plugin/iceberg"));
        try (DirectoryStream<Path> stale = Files.newDirectoryStream(plugin)) {
            for (Path jar : stale) {
                Files.delete(jar);
            }
        }
        for (Path jar : connector) {
            if (!FROM_THE_SERVER.contains(artifact(jar))) {
                link(plugin.resolve(jar.getFileName()), jar);
            }
        }
        writeJar(
                plugin.resolve("sluice-services.jar"),
                "META-INF/services/io.trino.spi.Plugin",
                "io.trino.plugin.iceberg.IcebergPlugin\n".getBytes(StandardCharsets.UTF_8));
        // A jar and not our folder of classes: the JVM's start-up cache covers jars only.
        Path main = place.resolve("sluice-main.jar");
        writeJar(main, TrinoMain.class.getName().replace('.', '/') + ".class", classFile());

        String list = Stream.concat(Stream.of(main), server.stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        Files.writeString(place.resolve("server.classpath"), list);
        return read(place);
    }

    /** The artifact's name: Maven keeps jars in {@code <artifact>/<version>/<file>}. */
    private static String artifact(Path jar) {
        Path name = jar.getName(jar.getNameCount() - 3);
        return name.toString();
    }

    private static void link(Path link, Path jar) throws IOException {
        if (Files.exists(link)) {
            return;
        }
        try {
            Files.createSymbolicLink(link, jar);
        } catch (UnsupportedOperationException e) {
            Files.createLink(link, jar);
        }
    }

    private static void writeJar(Path jar, String entry, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(bytes)) {
            JarEntry file = new JarEntry(entry);
            file.setTime(0);
            out.putNextEntry(file);
            out.write(content);
            out.closeEntry();
        }
        Files.write(jar, bytes.toByteArray());
    }

    private static String pom() throws IOException {
        return new String(resource(POM), StandardCharsets.UTF_8);
    }

    private static byte[] classFile() throws IOException {
        return resource(TrinoMain.class.getSimpleName() + ".class");
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(TrinoDistribution.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }
}
