package dev.sluice.embedded.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.ConfigKey;
import dev.sluice.embedded.connect.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference says what the code says. Run with {@code -Dsluice.reference.write=true} to print it anew. */
class ReferenceDocsTest {
    private static final Path FOLDER = Checkout.path("docs/reference");

    @ParameterizedTest
    @ValueSource(strings = {"errors.md", "exit-codes.md", "reject-reasons.md", "configuration.md", "commands.md"})
    void a_page_is_what_the_code_prints(String name) throws IOException {
        Map<String, String> pages = ReferencePages.all();
        Path file = FOLDER.resolve(name);
        if (Boolean.getBoolean("sluice.reference.write")) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, pages.get(name));
        }
        assertThat(file)
                .as("stale: run this test with -Dsluice.reference.write=true and commit the page")
                .content()
                .isEqualTo(pages.get(name));
    }

    @Test
    void every_key_of_the_configuration_is_explained() {
        assertThat(ConfigFile.keys())
                .as("add what the key means to ConfigKey")
                .allMatch(key -> ConfigKey.of(key).isPresent());
    }
}
