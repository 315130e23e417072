package dev.sluice.load;

import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Option;

/** The options that make up a {@link LoadSpec}; share them by {@code @Mixin}. */
public final class LoadOptions {
    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "200000",
            description = "All records: valid events, duplicates and malformed ones (default: ${DEFAULT-VALUE}).")
    private long events;

    @Option(
            names = "--orders",
            paramLabel = "N",
            defaultValue = "40000",
            description = "Distinct orders; fewer when there are not three valid events for each"
                    + " (default: ${DEFAULT-VALUE}).")
    private int orders;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Records per second, 0 for as fast as possible (default: ${DEFAULT-VALUE}).")
    private long rate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "The same seed and options give the same records (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--malformed",
            paramLabel = "SHARE",
            defaultValue = "1%",
            description = "Records that no table may take, such as 1%% or 0.01 (default: 1%%).")
    private String malformed = "";

    @Option(
            names = "--duplicates",
            paramLabel = "SHARE",
            defaultValue = "2%",
            description = "Records that repeat an earlier one (default: 2%%).")
    private String duplicates = "";

    @Option(
            names = "--out-of-order",
            paramLabel = "SHARE",
            defaultValue = "2%",
            description = "Events delivered just after the next version of their order (default: 2%%).")
    private String outOfOrder = "";

    @Option(
            names = "--late",
            paramLabel = "SHARE",
            defaultValue = "1%",
            description = "Events delivered long after they happened (default: 1%%).")
    private String late = "";

    @Option(
            names = "--tombstones",
            paramLabel = "SHARE",
            defaultValue = "0%",
            description = "Records with a key and no value (default: 0%%).")
    private String tombstones = "";

    @Option(
            names = "--schema-mix",
            paramLabel = "MIX",
            defaultValue = "v1:80,v2:20",
            description = "Weights of the schema versions written (default: ${DEFAULT-VALUE}).")
    private String schemaMix = "";

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "4",
            description = "Partitions of the topic (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
            names = "--start",
            paramLabel = "TIME",
            defaultValue = "2026-01-01T00:00:00Z",
            description = "When the first order is placed (default: ${DEFAULT-VALUE}).")
    private Instant start = Instant.EPOCH;

    @Option(
            names = "--span",
            paramLabel = "DURATION",
            defaultValue = "P30D",
            description = "Over how long orders are placed, such as P30D or PT12H (default: ${DEFAULT-VALUE}).")
    private Duration span = Duration.ZERO;

    /**
     * The load that was asked for.
     *
     * @throws dev.sluice.error.SluiceException {@code USAGE} naming the option that is wrong
     */
    public LoadSpec spec() {
        Faults faults = new Faults(
                Percent.parse("--malformed", malformed),
                Percent.parse("--duplicates", duplicates),
                Percent.parse("--out-of-order", outOfOrder),
                Percent.parse("--late", late),
                Percent.parse("--tombstones", tombstones));
        return new LoadSpec(
                events,
                orders,
                rate,
                seed,
                faults,
                SchemaMix.parse(schemaMix),
                partitions,
                new EventClock(start, span));
    }
}
