package dev.sluice.app.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;

/** Costs as programs read them. */
public final class CostJson {
    private CostJson() {}

    /** One object; sizes in bytes. */
    public static ObjectNode of(Duration last, List<TableCost> costs) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("hours", last.toHours());
        ArrayNode tables = root.putArray("tables");
        for (TableCost cost : costs) {
            tables.addObject()
                    .put("table", cost.runs().model())
                    .put("runs", cost.runs().runs())
                    .put("full_runs", cost.runs().fullRuns())
                    .put("elapsed_ms", cost.runs().elapsed().toMillis())
                    .put("rows_changed", cost.runs().rowsChanged())
                    .put("rows_scanned", cost.runs().rowsScanned())
                    .put("bytes_scanned", cost.runs().bytesScanned())
                    .put("bytes_written", cost.runs().bytesWritten())
                    .put("bytes_if_made_anew", cost.anewBytes())
                    .put("stored_bytes", cost.storedBytes())
                    .put("files", cost.files());
        }
        return root;
    }
}
