package dev.sluice.embedded.demo;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.load.LoadSpec;
import java.time.Clock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice demo incremental}. */
@Command(
        name = "incremental",
        description = {
            "Prove that a run from what changed scans a tenth at most of what a full refresh scans,",
            "in rows and in bytes, for every incremental model, and that both give the same table, row by row,",
            "after five messy years."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice demo incremental --events 200000 -o json"})
final class IncrementalCommand extends ProofCommand {
    @Option(
            names = "--events",
            paramLabel = "N",
            description = "Events before the change, which has a hundredth of them (default: 100000). With 20000 the"
                    + " smallest files are mostly footers, and the proof fails in bytes.")
    private int events = 100_000;

    IncrementalCommand(Clock clock) {
        super(clock);
    }

    @Override
    Proof prove(ConfigOption folder, DemoProgress progress, Clock time) {
        LoadSpec spec = LoadSpec.defaults().withEvents(events).withOrders(Math.max(1, events / 5));
        try (ProofPlatform platform = ProofPlatform.start(folder, false, time)) {
            return new IncrementalProof(platform, spec, progress).run();
        }
    }
}
