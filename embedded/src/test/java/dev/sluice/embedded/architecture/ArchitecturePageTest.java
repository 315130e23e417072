package dev.sluice.embedded.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md names what is there, and all of it. */
class ArchitecturePageTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern PACKAGE = Pattern.compile("^\\| `(dev\\.sluice[a-z.]*)` \\|", Pattern.MULTILINE);
    private static final Pattern CLASS = Pattern.compile("`([A-Z][A-Za-z]+)(?:#[a-z][A-Za-z]*)?`");

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("ARCHITECTURE.md"));
    }

    private static Set<Path> sources() throws IOException {
        Set<Path> sources = new TreeSet<>();
        for (String module : new String[] {"schemas", "iceberg-sink", "streams-app", "load-generator", "embedded"}) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    @Test
    void itsPackagesAreThePackagesOfTheSources() throws IOException {
        Set<String> named = PACKAGE.matcher(page())
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> there = new TreeSet<>();
        for (Path source : sources()) {
            String path = source.toString().replace('\\', '/');
            int start = path.indexOf("/src/main/java/");
            if (start >= 0 && path.endsWith("/package-info.java")) {
                there.add(path.substring(
                                start + "/src/main/java/".length(), path.length() - "/package-info.java".length())
                        .replace('/', '.'));
            }
        }

        assertThat(named).isEqualTo(there);
    }

    @Test
    void everyClassItNamesExists() throws IOException {
        Set<String> classes = sources().stream()
                .map(source -> source.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());

        assertThat(CLASS.matcher(page())
                        .results()
                        .map(MatchResult::group)
                        .map(name -> CLASS.matcher(name).replaceAll("$1")))
                .isSubsetOf(classes);
    }
}
