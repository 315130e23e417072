package dev.sluice.sink.land;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytePatternTest {
    private static final String[] PIECES = {
        "a",
        "-",
        "Z",
        "_",
        " ",
        "[0-9]",
        "[a-f0-9]",
        "[A-Z]",
        "[xyz]",
        "[0-9a-f]{8}",
        "a{2}",
        "-{0}",
        "[q]{1}",
        "\"",
        ":",
        "/",
        "&"
    };

    @Test
    void says_the_same_as_the_regular_expression_for_random_patterns_and_texts() {
        Random random = new Random(11);
        int matched = 0;
        for (int i = 0; i < 3_000; i++) {
            StringBuilder pattern = new StringBuilder();
            for (int n = random.nextInt(6); n > 0; n--) {
                pattern.append(PIECES[random.nextInt(PIECES.length)]);
            }
            Pattern expression = Pattern.compile(pattern.toString());
            BytePattern bytes = BytePattern.of(expression);
            assertThat(bytes).as(pattern.toString()).isNotNull();
            for (int k = 0; k < 20; k++) {
                String text = text(random, expression);
                boolean expected = expression.matcher(text).matches();
                matched += expected ? 1 : 0;
                assertThat(bytes.matches(new Utf8(text)))
                        .as("%s on '%s'", expression, text)
                        .isEqualTo(expected);
            }
        }
        assertThat(matched).isGreaterThan(1_000);
    }

    /** Most are made to match, and some of those then changed. */
    private static String text(Random random, Pattern pattern) {
        StringBuilder text = new StringBuilder();
        String left = pattern.pattern();
        while (!left.isEmpty()) {
            int end = left.startsWith("[") ? left.indexOf(']') + 1 : 1;
            String one = left.substring(0, end);
            left = left.substring(end);
            int times = 1;
            if (left.startsWith("{")) {
                times = Integer.parseInt(left.substring(1, left.indexOf('}')));
                left = left.substring(left.indexOf('}') + 1);
            }
            for (int i = 0; i < times; i++) {
                text.append(one.length() == 1 ? one : one.substring(1, 2));
            }
        }
        if (random.nextInt(3) == 0) {
            String[] changes = {"é", "\n", "0", "F", "", "😀", "\u0000"};
            int at = random.nextInt(text.length() + 1);
            text.replace(at, Math.min(text.length(), at + random.nextInt(2)), changes[random.nextInt(changes.length)]);
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a+",
                "a*",
                "a?",
                "a|b",
                "(a)",
                ".",
                "^a",
                "a$",
                "\\d",
                "[^a]",
                "[a-]",
                "[a-z&&[b]]",
                "[\\w]",
                "[]a]",
                "a{1,2}",
                "a{2}?",
                "a{2}+",
                "a{2}{3}",
                "a{",
                "[a",
                "é",
                "[é]",
                "a{99999}",
                "[z-a]",
                "]",
                "}"
            })
    void leaves_everything_else_to_the_regular_expression(String pattern) {
        try {
            assertThat(BytePattern.of(Pattern.compile(pattern))).isNull();
        } catch (java.util.regex.PatternSyntaxException e) {
            assertThat(pattern).isIn("a{", "[a", "[z-a]", "a{2}{3}");
        }
    }

    @Test
    void flags_are_left_to_the_regular_expression() {
        assertThat(BytePattern.of(Pattern.compile("abc", Pattern.CASE_INSENSITIVE)))
                .isNull();
    }
}
