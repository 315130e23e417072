package dev.sluice.embedded.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.cli.TextTable;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a landing bench prints. */
final class BenchReport {
    private final BenchResult result;

    BenchReport(BenchResult result) {
        this.result = result;
    }

    void printText(PrintWriter out) {
        if (!result.landing().isEmpty()) {
            TextTable table = TextTable.of(
                    "landed by",
                    "events",
                    "events/s",
                    "events/CPU-s",
                    "warm events/CPU-s",
                    "ratio",
                    "peak MiB",
                    "files",
                    "bytes/event");
            double service = result.landing().get(0).perCpuSecond();
            for (Measurement one : result.landing()) {
                table.row(
                        one.name(),
                        one.events(),
                        Math.round(one.perSecond()),
                        Math.round(one.perCpuSecond()),
                        Math.round(one.warmPerCpuSecond()),
                        String.format(Locale.ROOT, "%.2f", one.perCpuSecond() / service),
                        one.peakBytes() >> 20,
                        one.files(),
                        String.format(Locale.ROOT, "%.1f", (double) one.bytes() / one.events()));
            }
            table.lines().forEach(out::println);
        }
        result.freshness()
                .forEach((layer, delays) -> out.printf(
                        Locale.ROOT,
                        "%-6s visible after p50 %.1f s, p95 %.1f s, p99 %.1f s%n",
                        layer,
                        delays.p50Millis() / 1e3,
                        delays.p95Millis() / 1e3,
                        delays.p99Millis() / 1e3));
        out.flush();
    }

    /** Everything as one line. */
    void printJson(PrintWriter out) {
        try {
            out.println(new ObjectMapper().writeValueAsString(tree()));
        } catch (JsonProcessingException e) {
            throw new SluiceException(ErrorCode.BUG, "Cannot print the result: " + e.getMessage(), e);
        }
        out.flush();
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        Measurement service = named("service");
        for (Measurement one : result.landing()) {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("events", one.events());
            figures.put("wall_ms", one.wallMillis());
            figures.put("cpu_ms", one.cpuMillis());
            figures.put("events_per_s", Math.round(one.perSecond()));
            figures.put("events_per_cpu_s", Math.round(one.perCpuSecond()));
            figures.put("warm_events", one.warmEvents());
            figures.put("warm_cpu_ms", one.warmCpuMillis());
            figures.put("warm_events_per_cpu_s", Math.round(one.warmPerCpuSecond()));
            figures.put("peak_rss_bytes", one.peakBytes());
            figures.put("files", one.files());
            figures.put("bytes", one.bytes());
            if (service != null && !one.equals(service)) {
                figures.put("service_ratio", rounded(service.perCpuSecond() / one.perCpuSecond()));
                figures.put("service_warm_ratio", rounded(service.warmPerCpuSecond() / one.warmPerCpuSecond()));
                figures.put("service_bytes_ratio", rounded((double) service.bytes() / Math.max(1, one.bytes())));
            }
            tree.put(one.name(), figures);
        }
        if (!result.freshness().isEmpty()) {
            Map<String, Object> layers = new LinkedHashMap<>();
            result.freshness().forEach((layer, delays) -> layers.put(layer, delays.tree()));
            tree.put("freshness", layers);
        }
        return tree;
    }

    private @Nullable Measurement named(String name) {
        return result.landing().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
