package dev.sluice.app.maintenance;

import dev.sluice.app.commit.BronzeRound;
import dev.sluice.app.config.MaintenanceConfig;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.maintenance.DuckRewriter;
import dev.sluice.sink.maintenance.MaintenanceRounds;
import dev.sluice.sink.maintenance.SuitingRewriter;
import dev.sluice.sink.maintenance.TableMaintenance;
import dev.sluice.sink.model.ModelSet;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.apache.iceberg.catalog.Catalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintenance as the last step of a round of the leading committer. It never fails a round: what goes wrong with a
 * table is logged, and tried again with the next visit.
 */
public final class MaintenanceStep {
    private static final Logger LOG = LoggerFactory.getLogger(MaintenanceStep.class);
    /** No new group of files is begun after so long; commits are waiting. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final MaintenanceRounds rounds;
    private final InstantSource clock;
    private final boolean enabled;

    /**
     * The step of a pipeline.
     *
     * @param models asked at every visit, since the analysts change them
     * @param duck what rewriting may use
     * @param workFolder for copies of files that are not local
     */
    public MaintenanceStep(
            SluiceConfig config,
            Catalog catalog,
            Supplier<ModelSet> models,
            DuckDbSettings duck,
            Path workFolder,
            InstantSource clock,
            TableFaults faults) {
        MaintenanceConfig maintenance = config.maintenance();
        PipelineTables tables = new PipelineTables(config, catalog);
        this.clock = clock;
        this.enabled = maintenance.enabled();
        this.rounds = new MaintenanceRounds(
                catalog,
                () -> tables.all(models.get()),
                new TableMaintenance(
                        maintenance.budget(), new SuitingRewriter(new DuckRewriter(duck, workFolder)), clock, faults),
                maintenance.budget(),
                maintenance.interval(),
                clock);
    }

    /** Does what is due, as long as the leadership lasts. */
    public void run(BronzeRound round) {
        if (!enabled) {
            return;
        }
        Instant deadline = clock.instant().plus(LONGEST);
        try {
            MaintenanceRounds.Round done = rounds.run(
                    () -> round.leadership().isHeld() && clock.instant().isBefore(deadline));
            done.visits().stream()
                    .filter(visit -> visit.keptFor().isPresent())
                    .forEach(visit -> LOG.atDebug()
                            .addKeyValue("table", visit.table())
                            .addKeyValue("for", visit.keptFor().orElse(""))
                            .log("snapshots are kept beyond their age"));
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("maintenance could not look at the tables, trying again at the next visit");
        }
    }
}
