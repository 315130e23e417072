package dev.sluice.embedded.demo;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.ExitCodes;
import dev.sluice.app.cli.ShutdownGate;
import dev.sluice.app.config.HttpConfig;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.service.ServiceConsole;
import dev.sluice.embedded.platform.PlatformPorts;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
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
        footer = {"", "Example: sluice up --kafka-port 9092 --registry-port 8081 --catalog-port 8181"})
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

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public UpCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.println("Starting on " + config.dataFolder() + " ...");
        out.flush();
        PlatformPorts ports = new PlatformPorts(kafkaPort, registryPort, catalogPort);
        // Closed in reverse: the service, the platform, and then the JVM may end.
        try (ShutdownGate gate = ShutdownGate.open();
                PlatformSession session = PlatformSession.start(config, ports)) {
            createFirstTopic(session);
            try (RunningPipeline pipeline = RunningPipeline.start(session.config(), clock)) {
                gate.onShutdown(pipeline::stop);
                HttpConfig http = new HttpConfig("127.0.0.1", httpPort);
                if (http.isOn()) {
                    try (ServiceConsole console =
                            ServiceConsole.start(http, session.config(), pipeline.service(), clock)) {
                        out.println("Console          " + console.uri());
                        announce(session, out);
                        pipeline.join();
                    }
                } else {
                    announce(session, out);
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

    private void announce(PlatformSession session, PrintWriter out) {
        var endpoints = session.platform().endpoints();
        out.println("Kafka            " + endpoints.bootstrapServers());
        out.println("Schema registry  " + endpoints.registryUrl());
        out.println("Iceberg catalog  " + endpoints.catalogUri() + " (REST, no warehouse name needed)");
        out.println("Warehouse        " + endpoints.warehouse());
        out.println("Running. In another terminal:");
        String data = config.dataFolder().equals(ConfigOption.DEFAULT_DATA) ? "" : " --data " + config.dataFolder();
        out.println("  ./sluice produce --rate 2000" + data);
        out.println("  ./sluice status" + data);
        out.println("  ./sluice dlq watch" + data);
        out.println("  ./sluice query" + data
                + " \"select status, count(*) from silver.orders group by 1 order by 2 desc\"");
        out.println("Ctrl-C stops it.");
        out.flush();
    }
}
