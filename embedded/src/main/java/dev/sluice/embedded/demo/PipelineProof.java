package dev.sluice.embedded.demo;

import dev.sluice.app.audit.AuditReport;
import dev.sluice.app.audit.PipelineAudit;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.service.PipelineService;
import dev.sluice.load.ExpectedTable;
import dev.sluice.load.ExpectedTables;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.ModelTableAudit;
import dev.sluice.sink.model.ModelSet;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The whole proof of the shipped pipeline after known loads: the audit of every offset, every row of every table
 * against what the generator computed from its seed, and that offering everything again changes nothing.
 */
public final class PipelineProof {
    private final SluiceConfig config;
    private final Catalog catalog;
    private final ModelSet models;
    private final InstantSource clock;

    public PipelineProof(SluiceConfig config, Catalog catalog, ModelSet models, InstantSource clock) {
        this.config = config;
        this.catalog = catalog;
        this.models = models;
        this.clock = clock;
    }

    /** Checks everything; the tables must have caught up with the loads, and nobody else may change them meanwhile. */
    public AuditReport run(ExpectedTables expected) {
        Path spill = config.data().resolve("proof");
        List<AuditLine> proof = new ArrayList<>(
                new ModelTableAudit(catalog, PipelineService.duckDbSettings(config, spill)).check(models));
        for (ExpectedTable table :
                List.of(expected.silverOrders(), expected.goldOrders(), expected.goldRevenueDaily())) {
            proof.add(new TableProof(catalog.loadTable(TableIdentifier.parse(table.name())), table).check());
        }
        proof.addAll(new LandedProof(config, catalog, expected, clock).check());
        AuditReport audit = new PipelineAudit(config, catalog, () -> proof, clock).run(config.sources());
        List<AuditLine> lines = new ArrayList<>(audit.lines());
        lines.addAll(new Reoffer(config, catalog, models, clock).run().lines());
        return new AuditReport(lines, audit.elapsed());
    }
}
