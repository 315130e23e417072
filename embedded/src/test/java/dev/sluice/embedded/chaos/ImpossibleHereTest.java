package dev.sluice.embedded.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ImpossibleHereTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "impossible-here.md");
    private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");

    @Test
    void every_trouble_names_tests_that_exist() throws IOException {
        List<String> troubles = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| trouble"))
                .toList();
        assertThat(troubles).hasSize(7).allSatisfy(line -> {
            Matcher named = NAMED.matcher(line);
            assertThat(named.results().toList()).isNotEmpty().allSatisfy(test -> {
                assertThat(source(test.group(1))).contains("void " + test.group(2) + "(");
            });
        });
    }

    private static String source(String testClass) {
        try (Stream<Path> files = Files.find(
                Path.of(".."),
                14,
                (path, attributes) -> path.endsWith(testClass + ".java")
                        && path.toString().contains("src" + java.io.File.separator + "test"))) {
            Path only = files.findFirst().orElseThrow(() -> new AssertionError("There is no test " + testClass));
            return Files.readString(only);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
