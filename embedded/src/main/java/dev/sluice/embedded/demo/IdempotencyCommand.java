package dev.sluice.embedded.demo;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.load.LoadSpec;
import java.time.Clock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice demo idempotency}. */
@Command(
        name = "idempotency",
        description = {
            "Prove that the same load twice changes nothing: the same counts, keys and SUM(amount).",
            "Beside it the broken configuration, without a unique key, with its duplicates counted."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice demo idempotency --events 50000 -o json"})
final class IdempotencyCommand extends ProofCommand {
    @Option(names = "--events", paramLabel = "N", description = "Events of the load (default: 20000).")
    private int events = 20_000;

    IdempotencyCommand(Clock clock) {
        super(clock);
    }

    @Override
    Proof prove(ConfigOption folder, DemoProgress progress, Clock time) {
        LoadSpec spec = LoadSpec.defaults().withEvents(events).withOrders(Math.max(1, events / 5));
        try (ProofPlatform platform = ProofPlatform.start(folder, true, time)) {
            return new IdempotencyProof(platform, spec, progress).run();
        }
    }
}
