package dev.sluice.sink.land;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression of the simple kind that identifiers have, {@code [0-9a-f]{8}-[0-9a-f]{4}}: ASCII characters and
 * classes of them, each once or a fixed number of times. Such a one is compared byte by byte, without making a text of
 * the value; {@link Pattern} takes about five times as long.
 */
final class BytePattern {
    private static final int MOST_BYTES = 1024;
    private static final String SPECIAL = "\\^$.|?*+()[]{}";

    private final boolean[][] allowed;

    private BytePattern(boolean[][] allowed) {
        this.allowed = allowed;
    }

    /** The pattern in this form, or null when it says more than this form can. */
    static @Nullable BytePattern of(Pattern pattern) {
        return pattern.flags() == 0 ? new Parser(pattern.pattern()).parse() : null;
    }

    /** Whether the whole text matches. */
    boolean matches(Utf8 text) {
        return matches(text.getBytes(), 0, text.getByteLength());
    }

    /** Whether these bytes as a whole match. */
    boolean matches(byte[] bytes, int from, int length) {
        if (length != allowed.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte b = bytes[from + i];
            if (b < 0 || !allowed[i][b]) {
                return false;
            }
        }
        return true;
    }

    /** Reads a pattern from left to right; null as soon as there is something that it does not know. */
    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        @Nullable
        BytePattern parse() {
            List<boolean[]> all = new ArrayList<>();
            while (at < text.length()) {
                boolean[] one = text.charAt(at) == '[' ? characterClass() : literal();
                int times = one == null ? -1 : repetition();
                if (one == null || times < 0 || all.size() + times > MOST_BYTES) {
                    return null;
                }
                for (int i = 0; i < times; i++) {
                    all.add(one);
                }
            }
            return new BytePattern(all.toArray(boolean[][]::new));
        }

        private boolean @Nullable [] literal() {
            char c = text.charAt(at);
            if (c >= 128 || SPECIAL.indexOf(c) >= 0) {
                return null;
            }
            at++;
            boolean[] set = new boolean[128];
            set[c] = true;
            return set;
        }

        /** Letters, digits and ranges of them; everything else may have a meaning inside a class. */
        private boolean @Nullable [] characterClass() {
            boolean[] set = new boolean[128];
            int end = text.indexOf(']', at);
            if (end < at + 2) {
                return null;
            }
            int i = at + 1;
            while (i < end) {
                char from = text.charAt(i);
                boolean range = i + 2 < end && text.charAt(i + 1) == '-';
                char to = range ? text.charAt(i + 2) : from;
                if (!isPlain(from) || !isPlain(to) || from > to) {
                    return null;
                }
                for (char c = from; c <= to; c++) {
                    set[c] = true;
                }
                i += range ? 3 : 1;
            }
            at = end + 1;
            return set;
        }

        /** {@code {n}}, or once. */
        private int repetition() {
            if (at == text.length() || text.charAt(at) != '{') {
                return 1;
            }
            int end = text.indexOf('}', at);
            if (end < at + 2 || end > at + 5) {
                return -1;
            }
            int times = 0;
            for (int i = at + 1; i < end; i++) {
                char c = text.charAt(i);
                if (c < '0' || c > '9') {
                    return -1;
                }
                times = times * 10 + c - '0';
            }
            at = end + 1;
            // A second quantifier would change the first one's meaning.
            return at < text.length() && SPECIAL.indexOf(text.charAt(at)) >= 0 && text.charAt(at) != '[' ? -1 : times;
        }

        private static boolean isPlain(char c) {
            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        }
    }
}
