package dev.sluice.app.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns one entry of {@code sources} into its record. */
final class SourceReader {
    private static final String UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
    private static final int MAX_RECORD_BYTES = 16 << 20;

    private SourceReader() {}

    static SourceConfig read(Section section) {
        String name = section.required("name");
        String topic = section.text("topic", name);
        String table = section.text("table", "bronze." + name.replaceAll("[^A-Za-z0-9_]", "_"));
        String dlq = section.text("dlq", topic + ".dlq");
        String subject = section.text("subject", topic + "-value");
        String piiKey = section.text("pii-key");
        List<PiiColumn> pii = new ArrayList<>();
        for (Section column : orEmpty(section.sections("pii"))) {
            pii.add(pii(column));
        }
        List<ColumnCheck> checks = new ArrayList<>();
        for (Section check : orEmpty(section.sections("checks"))) {
            checks.add(check(check));
        }
        int maxRecordBytes = section.value(
                "max-record-bytes",
                MAX_RECORD_BYTES,
                text -> Math.toIntExact(Math.min(ByteSize.parse(text), Integer.MAX_VALUE)));
        return section.build(() -> new SourceConfig(
                name,
                topic,
                table,
                dlq,
                subject,
                pii,
                piiKey == null || piiKey.isEmpty() ? null : piiKey,
                checks,
                maxRecordBytes));
    }

    private static PiiColumn pii(Section section) {
        String column = section.required("column");
        PiiColumn.Rule rule = choice(section, "rule", PiiColumn.Rule.HASH);
        return section.build(() -> new PiiColumn(column, rule));
    }

    private static ColumnCheck check(Section section) {
        String column = section.required("column");
        Boolean notNull = section.value("not_null", Boolean::valueOf);
        Long min = section.value("min", SourceReader::number);
        Long max = section.value("max", SourceReader::number);
        String matches = section.text("matches");
        List<String> in = section.texts("in");
        return section.build(() -> {
            long rules = Arrays.asList(
                            Boolean.TRUE.equals(notNull), min != null || max != null, matches != null, in != null)
                    .stream()
                    .filter(given -> given)
                    .count();
            if (rules != 1) {
                throw Require.invalid("the check", "one of not_null: true, min and max, matches, in", rules + " rules");
            }
            if (in != null) {
                return new ColumnCheck.OneOf(column, in);
            }
            if (matches != null) {
                return new ColumnCheck.Matches(column, matches.equals("uuid") ? UUID : matches);
            }
            return min != null || max != null
                    ? new ColumnCheck.Range(column, min, max)
                    : new ColumnCheck.NotNull(column);
        });
    }

    /** A value that names a constant of an enum, in any case. */
    static <E extends Enum<E>> E choice(Section section, String key, E fallback) {
        return section.value(key, fallback, text -> {
            for (E constant : fallback.getDeclaringClass().getEnumConstants()) {
                if (constant.name().equalsIgnoreCase(text.trim())) {
                    return constant;
                }
            }
            String expected = Arrays.toString(fallback.getDeclaringClass().getEnumConstants());
            throw Require.invalid(key, "one of " + expected.toLowerCase(Locale.ROOT), text);
        });
    }

    private static Long number(String text) {
        try {
            return Long.valueOf(text.trim());
        } catch (NumberFormatException e) {
            throw Require.invalid("the bound", "a whole number", text);
        }
    }

    private static List<Section> orEmpty(@Nullable List<Section> sections) {
        return sections == null ? List.of() : sections;
    }
}
