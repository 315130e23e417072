package dev.sluice.embedded.trino;

import dev.sluice.sink.fault.TablePoint;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.model.trino.TrinoEngine;
import dev.sluice.sink.trino.TrinoCluster;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;

/** A process that runs models on a cluster and dies when it has merged the first. */
final class TrinoModelProcess {
    static final int DIED = 7;

    private TrinoModelProcess() {}

    /** Takes the cluster's address, the work folder, the models, and the catalog's properties as {@code key=value}. */
    public static void main(String[] arguments) {
        Map<String, String> properties = new HashMap<>();
        for (int i = 3; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            properties.put(arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
        }
        Catalog catalog = CatalogUtil.buildIcebergCatalog("sluice", properties, null);
        TrinoEngine trino = new TrinoEngine(
                TrinoCluster.of(arguments[0], "engineer"), Path.of(arguments[1]), Clock.systemUTC(), (point, table) -> {
                    if (point == TablePoint.MERGED) {
                        Runtime.getRuntime().halt(DIED);
                    }
                });
        try (ModelEngine engine = new ModelEngine(catalog, trino, 1, Clock.systemUTC(), (point, table) -> {})) {
            engine.run(ModelSet.load(Path.of(arguments[2])));
        }
    }
}
