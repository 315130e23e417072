package dev.sluice.app.commit;

import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.LedgerEntry;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.catalog.Catalog;

/** Tells from the ledgers how much of a topic its bronze table holds; the answer is the same from any process. */
public final class CommittedProgress {
    private final BronzeCatalog catalog;

    public CommittedProgress(Catalog catalog) {
        this.catalog = new BronzeCatalog(catalog);
    }

    /** By partition, the offset up to which records are in the table or dead letters, exclusive. */
    public Map<Integer, Long> committed(String table, String topic) {
        Map<Integer, Long> committed = new TreeMap<>();
        for (LedgerEntry entry :
                catalog.ledger(table).orElse(Ledger.EMPTY).entries().values()) {
            if (entry.source().topic().equals(topic)) {
                committed.merge(entry.source().partition(), entry.to(), Math::max);
            }
        }
        return committed;
    }

    /**
     * Whether everything before the given offsets is committed.
     *
     * @param ends by partition, the topic's end offsets
     */
    public boolean reached(String table, String topic, Map<Integer, Long> ends) {
        Map<Integer, Long> committed = committed(table, topic);
        return ends.entrySet().stream().allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }
}
