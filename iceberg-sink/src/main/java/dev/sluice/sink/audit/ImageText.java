package dev.sluice.sink.audit;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The text of a value that no other value has. */
final class ImageText {
    private static final String NULL = "~";

    private ImageText() {}

    /** Stands for what is not to be compared. */
    enum Hidden {
        HERE
    }

    /** The members of a struct or a record. */
    record Members(Map<String, @Nullable Object> byName) {}

    static String of(@Nullable Object value) {
        StringBuilder text = new StringBuilder();
        write(value, text);
        return text.toString();
    }

    private static void write(@Nullable Object value, StringBuilder out) {
        if (value == null) {
            out.append(NULL);
        } else if (value instanceof Members members) {
            members(members.byName(), out);
        } else if (value instanceof Collection<?> items) {
            out.append('[');
            items.forEach(item -> {
                write(item, out);
                out.append(',');
            });
            out.append(']');
        } else if (value instanceof Map<?, ?> entries) {
            Map<String, @Nullable Object> sorted = new TreeMap<>();
            entries.forEach((key, entry) -> sorted.put(of(key), entry));
            out.append('<');
            sorted.forEach((key, entry) -> {
                out.append(key).append('=');
                write(entry, out);
            });
            out.append('>');
        } else if (value instanceof ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            out.append('x').append(Base64.getEncoder().encodeToString(copy)).append(';');
        } else if (value instanceof BigDecimal number) {
            out.append(number.toPlainString()).append(';');
        } else if (value instanceof CharSequence text) {
            out.append('"').append(text.length()).append(':').append(text);
        } else {
            out.append(value).append(';');
        }
    }

    /**
     * A struct without a value in it is as good as none: a writer's record may have had no column for any of its fields
     * when it was landed, and a later writer brought one.
     */
    private static void members(Map<String, @Nullable Object> byName, StringBuilder out) {
        StringBuilder inside = new StringBuilder();
        new TreeMap<>(byName).forEach((name, member) -> {
            String text = of(member);
            if (!text.equals(NULL)) {
                inside.append(name).append('=').append(text);
            }
        });
        if (inside.isEmpty()) {
            out.append(NULL);
        } else {
            out.append('{').append(inside).append('}');
        }
    }
}
