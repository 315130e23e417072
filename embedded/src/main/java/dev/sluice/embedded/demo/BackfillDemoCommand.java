package dev.sluice.embedded.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.cli.AuditText;
import dev.sluice.app.cli.BackfillText;
import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.ExitCodes;
import dev.sluice.app.cli.OutputOption;
import dev.sluice.app.cli.TextTable;
import dev.sluice.embedded.platform.PlatformPorts;
import dev.sluice.load.EventClock;
import dev.sluice.load.LoadSpec;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice demo backfill}. */
@Command(
        name = "backfill",
        description = {
            "Prove backfills: history in per-day batches beside a live flow; one batch is killed, one fails, both are",
            "redone alone, and every row of every table is as the seed says. Needs an empty data folder.",
            "Exit code 0 when the proof holds."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice demo backfill --data /tmp/sluice-backfill --days 30 -o json"})
public final class BackfillDemoCommand implements Callable<Integer> {
    /** The last events of an order follow its placing by up to so much. */
    private static final int TAIL_DAYS = 25;

    private static final int EVENTS_PER_ORDER = 5;
    private static final int PARTITIONS = 4;
    private static final long LIVE_SEED = 1_000;
    private static final Instant FIRST_DAY = Instant.parse("2026-01-01T00:00:00Z");

    private final Clock clock;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Events of history (default: ${DEFAULT-VALUE}).")
    private long events;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "90",
            description = "Days of history, 2 or more (default: ${DEFAULT-VALUE}).")
    private int days;

    @Option(
            names = "--live-rate",
            paramLabel = "N",
            defaultValue = "200",
            description = "Events per second of the live flow (default: ${DEFAULT-VALUE}).")
    private long liveRate;

    @Option(
            names = "--before",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = "How long the live flow is measured alone (default: ${DEFAULT-VALUE}).")
    private int before;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "42", description = "Seed of the history (default: 42).")
    private long seed;

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public BackfillDemoCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        LoadSpec history = LoadSpec.defaults()
                .withEvents(events)
                .withOrders((int) Math.max(1, events / EVENTS_PER_ORDER))
                .withSeed(seed)
                .withPartitions(PARTITIONS)
                .withClock(history());
        LoadSpec live = history.withRate(liveRate)
                .withSeed(seed + LIVE_SEED)
                .withClock(new EventClock(FIRST_DAY.plus(Duration.ofDays(days * 2L + 60)), Duration.ofHours(1)));
        try (PlatformSession session = PlatformSession.start(config, PlatformPorts.FREE)) {
            BackfillDemoResult result = new BackfillDemo(
                            session,
                            history,
                            live,
                            Duration.ofSeconds(before),
                            new BackfillProcess(
                                    config,
                                    session.config().sources().get(0).topic(),
                                    live.clock().start()),
                            spec.commandLine().getErr(),
                            clock)
                    .run();
            if (output.json()) {
                out.println(json(result));
            } else {
                print(result, out);
            }
            return result.audit().passes() ? ExitCodes.OK : ExitCodes.VERDICT_NO;
        }
    }

    /** Orders are placed until their last events still fit into the days; few days have orders that live shorter. */
    private EventClock history() {
        int tail = Math.max(1, Math.min(TAIL_DAYS, days / 2));
        return new EventClock(FIRST_DAY, Duration.ofDays(Math.max(1, days - tail)), (TAIL_DAYS + tail - 1) / tail);
    }

    private static void print(BackfillDemoResult result, PrintWriter out) {
        out.println();
        BackfillText.print(result.backfill(), out);
        out.println();
        out.println("Freshness of the live flow in silver.orders: how long ago the newest record in it was sent");
        TextTable freshness = TextTable.of("when", "p50 ms", "p95 ms", "worst ms", "looks");
        row(freshness, "before the backfill", result.freshnessBefore());
        row(freshness, "during the backfill", result.freshnessDuring());
        freshness.lines().forEach(out::println);
        out.println();
        AuditText.print(result.audit(), out);
        out.printf("Done in %.1f s.%n", result.elapsed().toMillis() / 1000.0);
    }

    private static void row(TextTable table, String when, List<Long> sorted) {
        table.row(
                when,
                BackfillDemoResult.percentile(sorted, 0.5),
                BackfillDemoResult.percentile(sorted, 0.95),
                BackfillDemoResult.percentile(sorted, 1),
                sorted.size());
    }

    private static ObjectNode json(BackfillDemoResult result) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("proved", result.audit().passes());
        root.put("elapsed_s", result.elapsed().toMillis() / 1000.0);
        root.put("freshness_p95_ms_before", BackfillDemoResult.percentile(result.freshnessBefore(), 0.95));
        root.put("freshness_p95_ms_during", BackfillDemoResult.percentile(result.freshnessDuring(), 0.95));
        root.set("backfill", BackfillText.json(result.backfill()));
        root.set("audit", AuditText.json(result.audit()));
        return root;
    }
}
