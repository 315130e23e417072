package dev.sluice.sink.land;

import dev.sluice.sink.land.columns.ColumnSet;
import dev.sluice.sink.land.columns.WriteSettings;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.encryption.PlaintextEncryptionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the writers of one source keep from file to file: how dictionaries fared, and their workbenches. Safe for use by
 * several threads.
 */
public final class LandingMemory {
    private static final Logger LOG = LoggerFactory.getLogger(LandingMemory.class);

    private final DictionaryMemory dictionaries = new DictionaryMemory();
    private final Workbenches benches = new Workbenches();
    private final boolean direct;
    private boolean told;

    public LandingMemory() {
        this(true);
    }

    /** @param direct false for the plain way whatever the table */
    LandingMemory(boolean direct) {
        this.direct = direct;
    }

    DictionaryMemory dictionaries() {
        return dictionaries;
    }

    /** The lane for a table as it is now. */
    Lane lane(Table table, LandingSpec spec, Masks masks) {
        if (!direct) {
            return new PlainLane(table, spec, masks, dictionaries);
        }
        Set<String> unknown = WriteSettings.unknown(table);
        boolean columns = ColumnSet.supports(table.schema(), BronzeColumns::always);
        boolean open = table.encryption() instanceof PlaintextEncryptionManager;
        if (columns && open && unknown.isEmpty()) {
            return new DirectLane(table, dictionaries, benches.take(table, spec));
        }
        tell(table, unknown, columns, open);
        return new PlainLane(table, spec, masks, dictionaries);
    }

    private synchronized void tell(Table table, Set<String> unknown, boolean columns, boolean open) {
        if (!told) {
            told = true;
            LOG.atInfo()
                    .addKeyValue("table", table.name())
                    .addKeyValue("properties", unknown)
                    .addKeyValue("columns_supported", columns)
                    .addKeyValue("encrypted", !open)
                    .log("rows are landed the plain way, which takes more CPU time than the direct one");
        }
    }
}
