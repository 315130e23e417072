package dev.sluice.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the expected tables to a folder. */
final class ExpectedFiles {
    private static final String END_OF_LINE = "\r\n";

    private final Path folder;

    ExpectedFiles(Path folder) {
        this.folder = folder;
    }

    void write(ExpectedTables tables) {
        try {
            Files.createDirectories(folder);
            for (ExpectedTable table : tables.tables()) {
                writeCsv(table);
            }
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValue(folder.resolve("summary.json").toFile(), summary(tables));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Writes one table beside the others. */
    void write(ExpectedTable table) {
        try {
            Files.createDirectories(folder);
            writeCsv(table);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private SluiceException unwritable(IOException e) {
        return new SluiceException(
                ErrorCode.USAGE,
                "Cannot write expected tables to " + folder + ": " + e.getMessage() + ", expected a writable folder",
                e);
    }

    private void writeCsv(ExpectedTable table) throws IOException {
        Path file = folder.resolve(table.name().replace('.', '_') + ".csv");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(String.join(",", table.columns()));
            out.write(END_OF_LINE);
            Iterator<@Nullable Object[]> rows = table.values().iterator();
            while (rows.hasNext()) {
                @Nullable Object[] row = rows.next();
                for (int i = 0; i < row.length; i++) {
                    if (i > 0) {
                        out.write(',');
                    }
                    out.write(field(row[i]));
                }
                out.write(END_OF_LINE);
            }
        }
    }

    private static String field(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        String text = value.toString();
        boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private static Map<String, Object> summary(ExpectedTables tables) {
        List<PartitionCount> partitions = tables.partitions();
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("loads", tables.loads().stream().map(SpecJson::of).toList());
        summary.put(
                "records",
                partitions.stream().mapToLong(PartitionCount::records).sum());
        summary.put(
                "bronze_rows",
                partitions.stream().mapToLong(PartitionCount::rows).sum());
        summary.put(
                "tombstones",
                partitions.stream().mapToLong(PartitionCount::tombstones).sum());
        summary.put(
                "dead_letters",
                partitions.stream().mapToLong(PartitionCount::deadLetters).sum());
        summary.put("dead_letters_by_reason", tables.deadLettersByReason());
        summary.put("records_by_kind", tables.kinds());
        summary.put("orders", tables.orderCount());
        summary.put("deleted_orders", tables.deletedCount());
        summary.put("revenue_days", tables.goldRevenueDaily().values().count());
        return summary;
    }
}
