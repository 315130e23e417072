package dev.sluice.load;

import dev.sluice.schemas.registry.SchemaRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice produce}: sends a load to a topic. */
@Command(
        name = "produce",
        mixinStandardHelpOptions = true,
        description = "Produces seeded order events to Kafka, with faults, and writes the tables that must come out.",
        footer = {
            "",
            "Example, two million records at 20,000 a second, and the tables to compare with:",
            "  sluice produce --events 2000000 --orders 400000 --rate 20000 --expected expected/",
            "",
            "Cut off? The same command with --resume produces what is missing."
        })
public final class ProduceCommand implements Callable<Integer> {
    private static final String CUSTOMERS = "customers";

    private final Supplier<LoadTarget> defaultTarget;
    private final InstantSource clock;
    private final boolean terminal;

    @Spec
    private @Nullable CommandSpec command;

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            defaultValue = "orders",
            description = "Created when missing (default: ${DEFAULT-VALUE}).")
    private String topic = "";

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The Kafka cluster (default: from the configuration).")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "The schema registry (default: from the configuration).")
    private @Nullable String registry;

    @Option(
            names = "--customers",
            paramLabel = "N",
            defaultValue = "0",
            description = "Also produces N customers with their changes to the topic customers, before the orders"
                    + " (default: ${DEFAULT-VALUE}).")
    private int customers;

    @Option(
            names = "--expected",
            paramLabel = "FOLDER",
            description = "Writes the expected tables here, as CSV, with a summary.json.")
    private @Nullable Path expected;

    @Option(
            names = "--resume",
            description = "Skips what each partition holds already; the topic must hold nothing but this load.")
    private boolean resume;

    @Option(names = "--dry-run", description = "Says what would be produced, and changes nothing.")
    private boolean dryRun;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "How to print the result: text (default) or json. With json the last line is the result.")
    private Output output = Output.text;

    private enum Output {
        text,
        json
    }

    /**
     * @param defaultTarget asked only when {@code --bootstrap-servers} or {@code --registry} is not given
     * @param clock paces and times the load
     * @param terminal whether a person watches standard error, so that the progress line may be written over
     */
    public ProduceCommand(Supplier<LoadTarget> defaultTarget, InstantSource clock, boolean terminal) {
        this.defaultTarget = defaultTarget;
        this.clock = clock;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (command == null) {
            throw new IllegalStateException("The command line must set the command's spec");
        }
        LoadSpec spec = load.spec();
        CustomerSpec people =
                customers == 0 ? null : new CustomerSpec(customers, spec.seed(), spec.partitions(), spec.clock());
        if (people != null && !dryRun) {
            produceCustomers(people);
        }
        LoadSummary summary = dryRun ? counted(spec) : produced(spec, command);
        if (expected != null && !dryRun) {
            ExpectedTables.of(spec).writeTo(expected);
            if (people != null) {
                new ExpectedFiles(expected).write(new ExpectedCustomers(people).silverCustomers());
            }
        }
        ProduceReport report = new ProduceReport(spec, topic, dryRun, summary, expected);
        switch (output) {
            case text -> report.printText(command.commandLine().getOut());
            case json -> report.printJson(command.commandLine().getOut());
        }
        return 0;
    }

    private static LoadSummary counted(LoadSpec spec) {
        RecordTally tally = new RecordTally().atLeast(spec.partitions());
        new EventStream(spec)
                .forEachRemaining(delivery -> tally.add(delivery.partition(), delivery.kind(), delivery.malformed()));
        return LoadSummary.of(tally, 0, 0, Duration.ZERO);
    }

    private void produceCustomers(CustomerSpec people) {
        LoadTarget target = target();
        KafkaLoad kafka = new KafkaLoad(target.kafkaProperties(), CUSTOMERS, clock);
        kafka.ensureTopic(people);
        try (SchemaRegistry schemas = SchemaRegistry.from(target.registryProperties())) {
            kafka.produce(people, schemas);
        }
    }

    private LoadSummary produced(LoadSpec spec, CommandSpec self) {
        LoadTarget target = target();
        KafkaLoad kafka = new KafkaLoad(target.kafkaProperties(), topic, clock);
        kafka.ensureTopic(spec);
        Skip skip = resume ? kafka.alreadyThere(spec) : Skip.nothing(spec);
        ProgressLine progress = new ProgressLine(self.commandLine().getErr(), terminal);
        try (SchemaRegistry schemas = SchemaRegistry.from(target.registryProperties())) {
            return kafka.produce(spec, SchemaIds.register(schemas, spec), skip, progress);
        } finally {
            progress.end();
        }
    }

    private LoadTarget target() {
        LoadTarget base =
                bootstrapServers == null || registry == null ? defaultTarget.get() : new LoadTarget(Map.of(), Map.of());
        return new LoadTarget(
                with(base.kafkaProperties(), "bootstrap.servers", bootstrapServers),
                with(base.registryProperties(), "schema.registry.url", registry));
    }

    private static Map<String, String> with(Map<String, String> base, String key, @Nullable String value) {
        Map<String, String> properties = new HashMap<>(base);
        if (value != null) {
            properties.put(key, value);
        }
        return properties;
    }
}
