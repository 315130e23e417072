package dev.sluice.embedded.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Secrets that occur nowhere else, so that each place where one turns up is a leak. */
final class PlantedSecrets {
    static final String KAFKA = "kafka-pW-7fQ2xLw9";
    static final String REGISTRY = "registry-pW-Zt5vR8mK";
    static final String CATALOG = "catalog-pW-Hn3cD6jB";
    static final String PII_KEY = "pii-key-Xs4yG1uT-long-enough";
    static final String TRINO = "trino-pW-Vb0eM5qA";
    /** For what is refused. */
    static final String WRONG = "wrong-pW-Kd8hP2rN";

    static final List<String> ALL = List.of(KAFKA, REGISTRY, CATALOG, PII_KEY, TRINO, WRONG);

    private PlantedSecrets() {}

    /** The text has no secret, as it is or in base 64 at any alignment, and no token. */
    static void assertNoneIn(String where, String text, Collection<String> tokens) {
        List<String> found = new ArrayList<>();
        for (String secret : ALL) {
            if (text.contains(secret) || encodedMiddles(secret).stream().anyMatch(text::contains)) {
                found.add(secret);
            }
        }
        tokens.stream().filter(text::contains).forEach(found::add);
        assertThat(found).as(where).isEmpty();
    }

    static void assertNoneIn(String where, String text) {
        assertNoneIn(where, text, List.of());
    }

    /** As {@link #assertNoneIn(String, String, Collection)} for every byte of every file below a folder. */
    static void assertNoneBelow(Path folder, Collection<String> tokens) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertNoneIn(file.toString(), bytes, tokens);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What base 64 makes of a secret behind any prefix, without the characters that its neighbours decide. */
    private static List<String> encodedMiddles(String secret) {
        List<String> middles = new ArrayList<>();
        for (String prefix : List.of("", "a", "aa")) {
            String encoded = Base64.getEncoder()
                    .encodeToString((prefix + secret).getBytes(StandardCharsets.UTF_8))
                    .replace("=", "");
            middles.add(encoded.substring(4, encoded.length() - 4));
        }
        return middles;
    }
}
