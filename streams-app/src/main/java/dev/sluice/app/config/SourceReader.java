package dev.sluice.app.config;

import dev.sluice.sink.land.Check;
import dev.sluice.sink.land.PiiAction;
import dev.sluice.sink.land.PiiRule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
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
        String piiKey = section.text("pii-key", "");
        Map<String, PiiRule> pii = pii(section.sections("pii"));
        List<Check> checks = new ArrayList<>();
        for (Section check : section.sections("checks")) {
            checks.addAll(checks(check));
        }
        int maxRecordBytes = section.value("max-record-bytes", MAX_RECORD_BYTES, SourceReader::bytes);
        DlqTableConfig dlqTable = dlqTable(section.section("dlq-table"), table, !pii.isEmpty());
        String contract = section.text("contract", "");
        String eventId = section.text("event-id", "");
        return section.build(() -> new SourceConfig(
                name, topic, table, dlq, subject, pii, piiKey, checks, maxRecordBytes, dlqTable, contract, eventId));
    }

    /** Rejected bytes cannot be masked, so a source with personal data keeps them out of its tables unless told. */
    private static DlqTableConfig dlqTable(Section section, String table, boolean personal) {
        String name = section.text("name", table + "_dlq");
        DlqTableConfig.Value value =
                choice(section, "value", personal ? DlqTableConfig.Value.OMIT : DlqTableConfig.Value.KEEP);
        return section.build(() -> new DlqTableConfig(name, value));
    }

    private static Map<String, PiiRule> pii(List<Section> sections) {
        Map<String, PiiRule> pii = new LinkedHashMap<>();
        for (Section section : sections) {
            String column = section.required("column");
            PiiAction action = choice(section, "rule", PiiAction.HASH);
            boolean optional = section.value("optional", false, SourceReader::flag);
            section.build(() -> column);
            pii.put(column, new PiiRule(action, optional));
        }
        return pii;
    }

    private static List<Check> checks(Section section) {
        String column = section.required("column");
        List<Check> checks = new ArrayList<>();
        if (section.value("not_null", false, SourceReader::flag)) {
            checks.add(new Check.NotNull(column));
        }
        BigDecimal min = section.value("min", SourceReader::number);
        if (min != null) {
            checks.add(new Check.Min(column, min));
        }
        BigDecimal max = section.value("max", SourceReader::number);
        if (max != null) {
            checks.add(new Check.Max(column, max));
        }
        Pattern matches = section.value("matches", SourceReader::pattern);
        if (matches != null) {
            checks.add(new Check.Matches(column, matches));
        }
        List<String> in = section.texts("in");
        if (!in.isEmpty()) {
            checks.add(new Check.In(column, Set.copyOf(in)));
        }
        return section.build(() -> {
            if (checks.isEmpty()) {
                throw Require.invalid("the check", "one of not_null: true, min, max, matches, in", "no rule");
            }
            return checks;
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
            throw Require.invalid("the choice", "one of " + expected.toLowerCase(Locale.ROOT), text);
        });
    }

    private static int bytes(String text) {
        return Math.toIntExact(Math.min(ByteSize.parse(text), Integer.MAX_VALUE));
    }

    private static Boolean flag(String text) {
        if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            throw Require.invalid("the flag", "true or false", text);
        }
        return Boolean.valueOf(text);
    }

    private static @Nullable BigDecimal number(String text) {
        try {
            return new BigDecimal(text.trim());
        } catch (NumberFormatException e) {
            throw Require.invalid("the bound", "a number", text);
        }
    }

    private static @Nullable Pattern pattern(String text) {
        try {
            return Pattern.compile(text.equals("uuid") ? UUID : text);
        } catch (PatternSyntaxException e) {
            throw Require.invalid("the pattern", "a regular expression", text + " (" + e.getDescription() + ")");
        }
    }
}
