package dev.sluice.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code sluice produce} says at its end. */
record ProduceReport(
        LoadSpec spec,
        String topic,
        boolean dryRun,
        LoadSummary summary,
        @Nullable Path expected) {

    void printText(PrintWriter out) {
        String records =
                String.format(Locale.ROOT, "%,d records of %,d orders", summary.records(), spec.distinctOrders());
        if (dryRun) {
            out.println("Would produce " + records + " to topic " + topic + "; nothing was changed.");
        } else {
            out.println(String.format(
                    Locale.ROOT,
                    "Produced %s to topic %s in %.1f s: %,.0f records/s, %,.1f MB.",
                    records,
                    topic,
                    summary.elapsed().toMillis() / 1e3,
                    summary.recordsPerSecond(),
                    summary.bytes() / 1e6));
        }
        if (summary.skipped() > 0) {
            out.println(String.format(Locale.ROOT, "Skipped %,d records that were there before.", summary.skipped()));
        }
        out.println("Kinds: " + counts(summary.kinds()));
        if (!summary.malformed().isEmpty()) {
            out.println("Malformed: " + counts(summary.malformed()));
        }
        out.println("Partitions: "
                + summary.partitions().stream()
                        .map(count -> String.format(Locale.ROOT, "%,d", count))
                        .collect(Collectors.joining(" | ")));
        if (expected != null) {
            out.println("Expected tables: " + expected);
        }
        out.flush();
    }

    private static <K extends Enum<K>> String counts(Map<K, Long> counts) {
        return new TreeMap<>(counts)
                .entrySet().stream()
                        .map(entry -> String.format(
                                Locale.ROOT,
                                "%s %,d",
                                entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                                entry.getValue()))
                        .collect(Collectors.joining(", "));
    }

    /** One object on one line. */
    void printJson(PrintWriter out) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("topic", topic);
        json.put("dry_run", dryRun);
        json.put("load", SpecJson.of(spec));
        json.put("records", summary.records());
        json.put("skipped", summary.skipped());
        json.put("orders", spec.distinctOrders());
        json.put("records_by_kind", new TreeMap<>(summary.kinds()));
        json.put("malformed_by_kind", new TreeMap<>(summary.malformed()));
        json.put("records_by_partition", summary.partitions());
        json.put("bytes", summary.bytes());
        json.put("elapsed_ms", summary.elapsed().toMillis());
        json.put("records_per_second", dryRun ? 0 : Math.round(summary.recordsPerSecond()));
        json.put("expected", expected == null ? null : expected.toString());
        try {
            out.println(new ObjectMapper().writeValueAsString(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of plain values must be writable", e);
        }
        out.flush();
    }
}
