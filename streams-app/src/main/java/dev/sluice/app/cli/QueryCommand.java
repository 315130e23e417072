package dev.sluice.app.cli;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.service.Catalogs;
import dev.sluice.app.service.PipelineService;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.query.QueryEngine;
import dev.sluice.sink.trino.TrinoClient;
import dev.sluice.sink.trino.TrinoCluster;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice query}. */
@Command(
        name = "query",
        description = {
            "Answer one SELECT over the tables, named schema.table. Nothing can be written.",
            "The embedded engine reads the tables here; trino is the cluster of the configuration, or what"
                    + " 'sluice trino' started on the data folder.",
            "With -o json every row is an object on a line of its own."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: sluice query \"select status, count(*) as orders from silver.orders group by 1 order by 2 desc\""
        })
public final class QueryCommand implements Callable<Integer> {
    /** Who answers a query. */
    enum Engine {
        embedded,
        trino
    }

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(
            names = "--max-rows",
            paramLabel = "N",
            defaultValue = "1000",
            description = "At most so many rows (default: ${DEFAULT-VALUE}).")
    private int maxRows;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "embedded",
            description = "Who answers: embedded or trino (default: ${DEFAULT-VALUE}).")
    private Engine engine = Engine.embedded;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "Trino's user, instead of the configured one. It decides what can be seen.")
    private @Nullable String user;

    @Parameters(paramLabel = "SQL", arity = "1", description = "One SELECT, quoted.")
    private String sql = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (maxRows < 1) {
            throw new SluiceException(
                    ErrorCode.USAGE, "Cannot use option --max-rows: expected 1 or more, found " + maxRows);
        }
        if (user != null && engine != Engine.trino) {
            throw new SluiceException(
                    ErrorCode.USAGE, "Cannot use option --user: expected it with --engine trino, found another engine");
        }
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.forCommand();
        ShownRows rows = output.json() ? new JsonRows(out, maxRows) : new TextRows(out, maxRows);
        switch (engine) {
            case embedded -> embedded(pipeline, rows);
            case trino -> trino(pipeline, rows);
        }
        rows.end();
        if (rows.cut()) {
            spec.commandLine()
                    .getErr()
                    .printf("Only the first %,d rows are shown; --max-rows asks for more.%n", maxRows);
        }
        return ExitCodes.OK;
    }

    private void embedded(SluiceConfig pipeline, ShownRows rows) {
        try (Catalogs catalogs = Catalogs.open(pipeline.catalog());
                WorkFolder work = WorkFolder.create()) {
            new QueryEngine(catalogs.catalog(), PipelineService.duckDbSettings(pipeline, work.path())).query(sql, rows);
        }
    }

    private void trino(SluiceConfig pipeline, ShownRows rows) {
        TrinoCluster cluster = pipeline.trino()
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.QUERY_FAILED,
                        "Cannot run the query on Trino: expected 'trino.url' in %s or './sluice trino' running on %s, found neither"
                                .formatted(config.file(), config.dataFolder())));
        try (TrinoClient client = TrinoClient.connect(user == null ? cluster : cluster.as(user))) {
            client.query(sql, rows);
        }
    }
}
