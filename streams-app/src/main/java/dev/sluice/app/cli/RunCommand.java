package dev.sluice.app.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.retry.Pause;
import dev.sluice.app.retry.Retry;
import dev.sluice.app.service.Part;
import dev.sluice.app.service.PipelineService;
import dev.sluice.app.service.ServiceConsole;
import dev.sluice.sink.model.ModelSet;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice run}. */
@Command(
        name = "run",
        description = "Run the service of a pipeline against a real cluster, until Ctrl-C.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: SLUICE_BOOTSTRAP_SERVERS=kafka:9092 sluice run --config sluice.yaml --only ingest"})
public final class RunCommand implements Callable<Integer> {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(
            names = "--only",
            paramLabel = "PART",
            description = "Only this part of the service: ingest or committer (default: both).")
    private @Nullable Part only;

    @Option(names = "--dry-run", description = "Check the configuration and the models, show them, and end.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        SluiceConfig pipeline = config.load();
        Set<Part> parts = only == null ? EnumSet.allOf(Part.class) : EnumSet.of(only);
        if (dryRun) {
            ModelSet.load(pipeline.models());
            spec.commandLine().getOut().println(pipeline.describe());
            return ExitCodes.OK;
        }
        // Whoever set a level means it.
        if (System.getenv("SLUICE_LOG_LEVEL") == null && LoggerFactory.getLogger("dev.sluice") instanceof Logger log) {
            log.setLevel(Level.INFO);
        }
        try (ShutdownGate gate = ShutdownGate.open();
                PipelineService service = open(pipeline, parts, gate)) {
            gate.onShutdown(service::close);
            runWithConsole(pipeline, service);
            return gate.isShuttingDown() ? ExitCodes.INTERRUPTED : ExitCodes.OK;
        }
    }

    private static PipelineService open(SluiceConfig pipeline, Set<Part> parts, ShutdownGate gate) {
        Pause waiting = new Pause();
        gate.onShutdown(waiting::stop);
        Clock clock = Clock.systemUTC();
        return new PipelineService(pipeline, parts, clock, Faults.fromSystemProperty(), Retry.atStart(waiting, clock));
    }

    private static void runWithConsole(SluiceConfig pipeline, PipelineService service) {
        if (!pipeline.http().isOn()) {
            service.run();
            return;
        }
        try (ServiceConsole console = ServiceConsole.start(pipeline.http(), pipeline, service, Clock.systemUTC())) {
            LOG.atInfo().addKeyValue("uri", console.uri()).log("console");
            service.run();
        }
    }
}
