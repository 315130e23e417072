package dev.sluice.app.cli;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.service.Catalogs;
import dev.sluice.app.service.PipelineService;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.query.QueryEngine;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
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
            "Answer one SELECT over the tables, named schema.table, on the embedded engine. Nothing can be written.",
            "With -o json every row is an object on a line of its own."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: sluice query \"select status, count(*) as orders from silver.orders group by 1 order by 2 desc\""
        })
public final class QueryCommand implements Callable<Integer> {
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
        PrintWriter out = spec.commandLine().getOut();
        SluiceConfig pipeline = config.forCommand();
        try (Catalogs catalogs = Catalogs.open(pipeline.catalog());
                WorkFolder work = WorkFolder.create()) {
            QueryEngine engine =
                    new QueryEngine(catalogs.catalog(), PipelineService.duckDbSettings(pipeline, work.path()));
            ShownRows rows = output.json() ? new JsonRows(out, maxRows) : new TextRows(out, maxRows);
            engine.query(sql, rows);
            rows.end();
            if (rows.cut()) {
                spec.commandLine()
                        .getErr()
                        .printf("Only the first %,d rows are shown; --max-rows asks for more.%n", maxRows);
            }
            return ExitCodes.OK;
        }
    }
}
