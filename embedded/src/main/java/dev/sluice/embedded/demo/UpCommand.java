package dev.sluice.embedded.demo;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.ExitCodes;
import dev.sluice.app.cli.ShutdownGate;
import dev.sluice.app.config.HttpConfig;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.service.ServiceConsole;
import dev.sluice.embedded.platform.Platform;
import dev.sluice.embedded.platform.PlatformPorts;
import dev.sluice.embedded.trino.Java25;
import dev.sluice.embedded.trino.TrinoServer;
import dev.sluice.embedded.trino.TrinoSettings;
import dev.sluice.embedded.trino.TrinoUntilShutdown;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice up}. */
@Command(
        name = "up",
        description = {
            "Start the embedded platform and the service, and keep them running until Ctrl-C.",
            "Other terminals find them by the data folder: produce, status, dlq, query and audit work as they are."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: sluice up --trino",
            "         sluice up --kafka-port 9092 --registry-port 8081 --catalog-port 8181"
        })
public final class UpCommand implements Callable<Integer> {
    private final Clock clock;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(names = "--kafka-port", paramLabel = "PORT", description = "Kafka's port (default: a free one).")
    private int kafkaPort;

    @Option(names = "--registry-port", paramLabel = "PORT", description = "The registry's port (default: a free one).")
    private int registryPort;

    @Option(names = "--catalog-port", paramLabel = "PORT", description = "The catalog's port (default: a free one).")
    private int catalogPort;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "The console's port on 127.0.0.1, 0 for none (default: 8080).")
    private int httpPort = 8080;

    @Option(
            names = "--trino",
            description = "Start a Trino server on the tables too; see 'sluice trino --help' for what it needs.")
    private boolean withTrino;

    @Option(
            names = "--trino-port",
            paramLabel = "PORT",
            defaultValue = "8085",
            description = "Trino's port on 127.0.0.1, 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int trinoPort;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public UpCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (withTrino) {
            Java25.find();
        }
        out.println("Starting on " + config.dataFolder() + " ...");
        out.flush();
        PlatformPorts ports = new PlatformPorts(kafkaPort, registryPort, catalogPort);
        Trino trino = new Trino();
        // Closed in reverse: the service, Trino, the platform, and then the JVM may end.
        try (ShutdownGate gate = ShutdownGate.open();
                PlatformSession session = PlatformSession.start(config, ports, trino::startOn);
                trino) {
            createFirstTopic(session);
            try (RunningPipeline pipeline = RunningPipeline.start(session.config(), clock)) {
                gate.onShutdown(pipeline::stop);
                HttpConfig http = new HttpConfig("127.0.0.1", httpPort);
                if (http.isOn()) {
                    try (ServiceConsole console =
                            ServiceConsole.start(http, session.config(), pipeline.service(), clock)) {
                        out.println("Console          " + console.uri());
                        announce(session, trino, out);
                        pipeline.join();
                    }
                } else {
                    announce(session, trino, out);
                    pipeline.join();
                }
            }
            return gate.isShuttingDown() ? ExitCodes.INTERRUPTED : ExitCodes.OK;
        }
    }

    /** Nobody says how the first topic is to be partitioned, so it is made as the others are. */
    private static void createFirstTopic(PlatformSession session) {
        try (Cluster cluster = Cluster.open(session.config().kafka())) {
            PlatformSession.createTopic(cluster, session.config().sources().get(0));
        }
    }

    /** Trino beside the platform, if it was asked for. */
    private final class Trino implements AutoCloseable {
        private @Nullable TrinoUntilShutdown running;

        /** Answers what the configuration is to know of it: the models may be its work. */
        Map<String, String> startOn(Platform platform) {
            if (!withTrino) {
                return Map.of();
            }
            URI catalog = URI.create(platform.endpoints().catalogUri());
            PrintWriter err = spec.commandLine().getErr();
            TrinoUntilShutdown started = TrinoUntilShutdown.start(
                    new TrinoSettings(platform.folder().root(), catalog, trinoPort), err::println);
            running = started;
            return Map.of(TrinoServer.URL_VARIABLE, started.server().jdbcUrl());
        }

        @Override
        public void close() {
            if (running != null) {
                running.close();
            }
        }
    }

    private void announce(PlatformSession session, Trino trino, PrintWriter out) {
        var endpoints = session.platform().endpoints();
        out.println("Kafka            " + endpoints.bootstrapServers());
        out.println("Schema registry  " + endpoints.registryUrl());
        out.println("Iceberg catalog  " + endpoints.catalogUri() + " (REST, no warehouse name needed)");
        out.println("Warehouse        " + endpoints.warehouse());
        if (trino.running != null) {
            out.println("Trino            " + trino.running.server().jdbcUrl()
                    + " (users engineer, analyst and bi, no password)");
        }
        out.println("Running. In another terminal:");
        String data = config.dataFolder().equals(ConfigOption.DEFAULT_DATA) ? "" : " --data " + config.dataFolder();
        out.println("  ./sluice produce --rate 2000" + data);
        out.println("  ./sluice status" + data);
        out.println("  ./sluice dlq watch" + data);
        out.println("  ./sluice query" + data
                + " \"select status, count(*) from silver.orders group by 1 order by 2 desc\"");
        if (trino.running != null) {
            out.println("  ./sluice query --engine trino" + data
                    + " \"select status, count(*) from silver.orders group by 1 order by 2 desc\"");
        }
        out.println("Ctrl-C stops it.");
        out.flush();
    }
}
