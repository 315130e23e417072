package dev.sluice.embedded.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An installed Java that Trino runs on.
 *
 * @param home the folder that holds {@code bin/java}
 * @param version as its {@code release} file says, for example {@code 25.0.3}
 */
public record Java25(Path home, String version) {
    /** The oldest feature release that Trino accepts. */
    public static final int REQUIRED = 25;

    private static final String EXPLICIT = "SLUICE_TRINO_JAVA_HOME";

    public Path executable() {
        return home.resolve("bin").resolve("java");
    }

    /** The Java of this machine for Trino. See {@link #find(Map, Path, List)}. */
    public static Java25 find() {
        Path user = Path.of(System.getProperty("user.home"));
        return find(
                System.getenv(),
                user,
                List.of(
                        Path.of("/usr/lib/jvm"),
                        Path.of("/Library/Java/JavaVirtualMachines"),
                        user.resolve("Library/Java/JavaVirtualMachines")));
    }

    /**
     * The Java named by {@code SLUICE_TRINO_JAVA_HOME}; else the oldest one that is new enough, among
     * {@code JAVA_HOME}, the folders' children, those of SDKMAN, and {@code java} on the {@code PATH}.
     *
     * @param folders each holds one Java per child, in the child itself or in its {@code Contents/Home}
     * @throws SluiceException JAVA_MISSING, naming what was found instead
     */
    static Java25 find(Map<String, String> environment, Path user, List<Path> folders) {
        String explicit = environment.get(EXPLICIT);
        if (explicit != null && !explicit.isBlank()) {
            return at(Path.of(explicit))
                    .filter(Java25::newEnough)
                    .orElseThrow(() -> missing(
                            EXPLICIT + "=" + explicit,
                            at(Path.of(explicit)).stream().toList()));
        }
        Collection<Java25> found = installed(environment, user, folders);
        return found.stream()
                .filter(Java25::newEnough)
                .min(Comparator.comparingInt(Java25::feature))
                .orElseThrow(() ->
                        missing(EXPLICIT + ", JAVA_HOME, the PATH or a usual folder such as /usr/lib/jvm", found));
    }

    private static Collection<Java25> installed(Map<String, String> environment, Path user, List<Path> folders) {
        List<Path> homes = new ArrayList<>();
        String javaHome = environment.get("JAVA_HOME");
        if (javaHome != null && !javaHome.isBlank()) {
            homes.add(Path.of(javaHome));
        }
        folders.forEach(folder -> homes.addAll(children(folder)));
        homes.addAll(children(user.resolve(".sdkman/candidates/java")));
        Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(environment.getOrDefault("PATH", ""))
                .forEach(folder -> homeOf(Path.of(folder).resolve("java")).ifPresent(homes::add));
        Map<Path, Java25> byRealPath = new LinkedHashMap<>();
        homes.forEach(home -> at(home).ifPresent(java -> byRealPath.putIfAbsent(java.home(), java)));
        return byRealPath.values();
    }

    private static List<Path> children(Path folder) {
        List<Path> children = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                entries.forEach(entry -> {
                    children.add(entry);
                    children.add(entry.resolve("Contents/Home"));
                });
            } catch (IOException e) {
                return List.of();
            }
        }
        return children.stream().sorted().toList();
    }

    private static Optional<Path> homeOf(Path executable) {
        try {
            Path bin = Files.isExecutable(executable) ? executable.toRealPath().getParent() : null;
            return Optional.ofNullable(bin).map(Path::getParent);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Java25> at(Path home) {
        Path release = home.resolve("release");
        if (!Files.isRegularFile(release)
                || !Files.isExecutable(home.resolve("bin").resolve("java"))) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(release)) {
            properties.load(reader);
            @Nullable String version = properties.getProperty("JAVA_VERSION");
            return version == null
                    ? Optional.empty()
                    : Optional.of(new Java25(home.toRealPath(), version.replace("\"", "")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private boolean newEnough() {
        return feature() >= REQUIRED;
    }

    private int feature() {
        String digits = version.replaceFirst("\\D.*", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    private static SluiceException missing(String places, Collection<Java25> found) {
        String others = found.stream()
                .map(java -> "Java " + java.version() + " in " + java.home())
                .collect(Collectors.joining(", "));
        return new SluiceException(
                ErrorCode.JAVA_MISSING,
                "Cannot start Trino: it needs Java %d, expected a JDK %d or newer in %s, found %s"
                        .formatted(REQUIRED, REQUIRED, places, others.isEmpty() ? "none" : others));
    }
}
