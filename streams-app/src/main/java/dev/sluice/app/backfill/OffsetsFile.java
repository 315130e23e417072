package dev.sluice.app.backfill;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A file of one offset per partition, as {@code kafka-consumer-groups --export} writes it
 * ({@code topic,partition,offset} or, quoted, {@code "topic",partition,offset}), or with blanks in between as people
 * write it. Empty lines, lines that start with {@code #} and a heading are passed over.
 */
public final class OffsetsFile {
    private static final Pattern SEPARATOR = Pattern.compile("\\s*,\\s*|\\s+");

    private OffsetsFile() {}

    /**
     * The offsets of a topic.
     *
     * @throws SluiceException {@code USAGE} with the line that is wrong, or when the topic is not in it
     */
    public static Map<Integer, Long> read(Path file, String topic) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.USAGE, "Cannot read the offsets file " + file + ": " + e.getMessage(), e);
        }
        Map<Integer, Long> offsets = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).trim();
            String[] fields = SEPARATOR.split(line, -1);
            // A topic may have "partition" in its name, so the heading is known by its second field.
            boolean heading = i == 0 && fields.length > 1 && unquoted(fields[1]).equalsIgnoreCase("partition");
            if (line.isEmpty() || line.startsWith("#") || heading) {
                continue;
            }
            if (fields.length != 3) {
                throw wrong(file, i, "three fields", Integer.toString(fields.length));
            }
            if (unquoted(fields[0]).equals(topic)) {
                int partition = (int) number(file, i, fields[1], Integer.MAX_VALUE);
                if (offsets.put(partition, number(file, i, fields[2], Long.MAX_VALUE)) != null) {
                    throw wrong(file, i, "each partition once", partition + " again");
                }
            }
        }
        if (offsets.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "Cannot use the offsets file " + file + ": expected lines of topic " + topic + ", found none");
        }
        return offsets;
    }

    private static String unquoted(String field) {
        return field.replace("\"", "");
    }

    private static long number(Path file, int line, String text, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(file, line, "numbers from 0 to " + most, text);
        }
        throw wrong(file, line, "numbers from 0 to " + most, text);
    }

    private static SluiceException wrong(Path file, int line, String expected, String found) {
        return new SluiceException(
                ErrorCode.USAGE,
                "Cannot use the offsets file %s, line %d: expected topic, partition and offset with %s, found %s"
                        .formatted(file, line + 1, expected, found));
    }
}
