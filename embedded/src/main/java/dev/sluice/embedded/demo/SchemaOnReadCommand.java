package dev.sluice.embedded.demo;

import dev.sluice.app.cli.ConfigOption;
import java.time.Clock;
import picocli.CommandLine.Command;

/** {@code sluice demo schema-on-read}. */
@Command(
        name = "schema-on-read",
        description = {
            "Prove that bronze takes what a new schema brings, and that silver's tests catch what is wrong.",
            "A record with an extra field and one that breaks a rule pass into bronze silently; the silver test keeps the second out."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice demo schema-on-read -o json"})
final class SchemaOnReadCommand extends ProofCommand {
    SchemaOnReadCommand(Clock clock) {
        super(clock);
    }

    @Override
    Proof prove(ConfigOption folder, DemoProgress progress, Clock time) {
        try (ProofPlatform platform = ProofPlatform.start(folder, true, time)) {
            return new SchemaOnReadProof(platform, progress, time).run();
        }
    }
}
