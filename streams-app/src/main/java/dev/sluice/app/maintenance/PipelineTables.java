package dev.sluice.app.maintenance;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.sink.backfill.BackfillLog;
import dev.sluice.sink.maintenance.Holds;
import dev.sluice.sink.maintenance.MaintainedTable;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/** The tables of a pipeline, in the order of the flow: bronze, dead letters, those of the models, the logs. */
public final class PipelineTables {
    private static final List<String> LOGS = List.of("ops.model_runs", "ops.test_results");

    private final SluiceConfig config;
    private final Catalog catalog;

    public PipelineTables(SluiceConfig config, Catalog catalog) {
        this.config = config;
        this.catalog = catalog;
    }

    /** Those that exist, with who needs old snapshots of them. */
    public List<MaintainedTable> all(ModelSet models) {
        Map<String, String> deadLetters = new HashMap<>();
        config.sources()
                .forEach(source ->
                        deadLetters.put(source.table(), source.dlqTable().name()));
        Holds holds = new Holds(catalog, models, deadLetters);
        List<MaintainedTable> tables = new ArrayList<>();
        for (String name : names(models)) {
            if (catalog.tableExists(TableIdentifier.parse(name))) {
                // The log of batches replaces the one file of a backfill as a whole.
                MaintainedTable.Files files =
                        name.equals(BackfillLog.TABLE) ? MaintainedTable.Files.UNITS : MaintainedTable.Files.CONTAINERS;
                tables.add(new MaintainedTable(name, files, holds.of(name)));
            }
        }
        return tables;
    }

    private Set<String> names(ModelSet models) {
        Set<String> names = new LinkedHashSet<>();
        config.sources().stream().map(SourceConfig::table).forEach(names::add);
        config.sources().stream().map(source -> source.dlqTable().name()).forEach(names::add);
        models.models().stream()
                .flatMap((Model model) -> Stream.of(model.name(), model.name() + Model.DELETED, model.rejectedTable()))
                .forEach(names::add);
        names.addAll(LOGS);
        names.add(BackfillLog.TABLE);
        return names;
    }
}
