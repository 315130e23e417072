package dev.sluice.embedded.bench;

import dev.sluice.load.LoadSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What is measured, and how.
 *
 * @param folder of everything the measurement leaves
 * @param config the pipeline's configuration
 * @param load the topic's contents
 * @param contestants who lands it
 * @param flags JVM flags of each contestant
 * @param profile whether each contestant of ours leaves a Flight Recorder file
 */
record BenchOptions(
        Path folder,
        Path config,
        LoadSpec load,
        Set<LandingBench.Contestant> contestants,
        List<String> flags,
        boolean profile) {
    BenchOptions {
        contestants = Set.copyOf(contestants);
        flags = List.copyOf(flags);
    }

    List<String> javaFlags(String name) {
        List<String> all = new ArrayList<>(flags);
        if (profile) {
            all.add("-XX:+UnlockDiagnosticVMOptions");
            all.add("-XX:+DebugNonSafepoints");
            all.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
                    + folder.resolve(name + ".jfr").toAbsolutePath());
        }
        return all;
    }
}
