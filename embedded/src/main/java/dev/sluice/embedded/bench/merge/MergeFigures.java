package dev.sluice.embedded.bench.merge;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.cli.TextTable;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Everything a bench of merges measured.
 *
 * @param rows of the table before the first batch
 */
record MergeFigures(
        long rows, Cost preload, List<BatchFigures> batches, Cost scanBefore, Cost scanAfter, Cost scanCompacted) {
    MergeFigures {
        batches = List.copyOf(batches);
    }

    void printText(PrintWriter out) {
        TextTable table = TextTable.of("batch", "ms", "CPU-ms", "rows written", "MB read", "MB written", "files");
        int number = 1;
        for (BatchFigures batch : batches) {
            table.row(
                    number++,
                    batch.cost().wallMillis(),
                    batch.cost().cpuMillis(),
                    batch.written(),
                    batch.bytesRead() / 1_000_000,
                    batch.bytesWritten() / 1_000_000,
                    batch.files());
        }
        table.lines().forEach(out::println);
        out.printf(
                "CPU-ms per batch: first %d, median %d, last %d%n",
                batches.get(0).cost().cpuMillis(),
                median(batch -> batch.cost().cpuMillis()),
                batches.get(batches.size() - 1).cost().cpuMillis());
        out.printf(
                "Scan CPU-ms: before %d, after %d, compacted %d%n",
                scanBefore.cpuMillis(), scanAfter.cpuMillis(), scanCompacted.cpuMillis());
        out.flush();
    }

    /** One line. */
    void printJson(PrintWriter out) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("rows", rows);
        cost(root.putObject("preload"), preload);
        ObjectNode cpu = root.putObject("cpu_s_per_batch");
        cpu.put("first", batches.get(0).cost().cpuMillis() / 1e3);
        cpu.put("median", median(batch -> batch.cost().cpuMillis()) / 1e3);
        cpu.put("last", batches.get(batches.size() - 1).cost().cpuMillis() / 1e3);
        ObjectNode wall = root.putObject("wall_s_per_batch");
        wall.put("first", batches.get(0).cost().wallMillis() / 1e3);
        wall.put("median", median(batch -> batch.cost().wallMillis()) / 1e3);
        wall.put("last", batches.get(batches.size() - 1).cost().wallMillis() / 1e3);
        ArrayNode each = root.putArray("batches");
        for (BatchFigures batch : batches) {
            ObjectNode node = each.addObject();
            cost(node, batch.cost());
            node.put("rows_written", batch.written())
                    .put("unchanged", batch.unchanged())
                    .put("stale", batch.stale())
                    .put("bytes_read", batch.bytesRead())
                    .put("bytes_written", batch.bytesWritten())
                    .put("files", batch.files());
        }
        ObjectNode scan = root.putObject("scan");
        cost(scan.putObject("before"), scanBefore);
        cost(scan.putObject("after"), scanAfter);
        cost(scan.putObject("compacted"), scanCompacted);
        scan.put("after_to_compacted", (double) scanAfter.cpuMillis() / Math.max(1, scanCompacted.cpuMillis()));
        out.println(root);
        out.flush();
    }

    private static void cost(ObjectNode node, Cost cost) {
        node.put("wall_ms", cost.wallMillis()).put("cpu_ms", cost.cpuMillis());
    }

    private long median(ToLongFunction<BatchFigures> figure) {
        long[] sorted = batches.stream().mapToLong(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
