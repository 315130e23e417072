package dev.sluice.embedded.trino;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.cli.ExitCodes;
import dev.sluice.app.cli.OutputOption;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice trino}: a Trino server on the running platform's tables, until Ctrl-C. */
@Command(
        name = "trino",
        mixinStandardHelpOptions = true,
        description = {
            "Start a Trino server on the running platform's tables, until Ctrl-C.",
            "It needs a JDK 25, and Maven to fetch Trino the first time (about 190 MB)."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  sluice trino --port 8085",
            "  sluice query --engine trino \"SELECT status, count(*) FROM silver.orders GROUP BY status\""
        })
public final class TrinoCommand implements Callable<Integer> {
    private static final String FIRST_QUERY = "SELECT status, count(*) AS orders FROM silver.orders GROUP BY status";

    private final Supplier<URI> catalog;
    private final Supplier<Path> data;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8085",
            description = "The port on 127.0.0.1, 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Mixin
    private final OutputOption output = new OutputOption();

    /**
     * @param catalog where the running platform's Iceberg REST catalog answers; throws a SluiceException when no
     *     platform is running
     * @param data the platform's data folder
     */
    public TrinoCommand(Supplier<URI> catalog, Supplier<Path> data) {
        this.catalog = catalog;
        this.data = data;
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        TrinoSettings settings = new TrinoSettings(data.get(), catalog.get(), port);
        try (TrinoUntilShutdown trino = TrinoUntilShutdown.start(settings, err::println)) {
            announce(trino.server());
            int code = trino.server().await();
            if (!trino.isStopping()) {
                throw new SluiceException(
                        ErrorCode.PIECE_FAILED,
                        "Cannot keep Trino running: it ended with code %d, expected it to run until Ctrl-C; its log is %s"
                                .formatted(code, settings.logs().resolve("trino.log")));
            }
        }
        return ExitCodes.INTERRUPTED;
    }

    private void announce(TrinoServer server) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            out.println(new ObjectMapper()
                    .createObjectNode()
                    .put("jdbc_url", server.jdbcUrl())
                    .put("uri", server.uri().toString())
                    .put("pid", server.pid())
                    .put("ready_after_ms", server.readyAfter().toMillis()));
        } else {
            out.println("Trino " + TrinoDistribution.VERSION + " is ready: " + server.jdbcUrl());
            out.printf(
                    Locale.ROOT, "It took %.1f s (%s).%n", server.readyAfter().toMillis() / 1000.0, server.cacheUse());
            out.println("Users (no password): engineer sees all, analyst silver and gold, bi gold.");
            out.println("Try: ./sluice query --engine trino \"" + FIRST_QUERY + "\"");
            out.println("Ctrl-C stops it.");
        }
        out.flush();
    }
}
