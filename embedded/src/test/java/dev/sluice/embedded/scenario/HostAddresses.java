package dev.sluice.embedded.scenario;

import dev.sluice.embedded.compose.ComposeFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Where what the committer talks to inside the compose stack is found on the host that the stack runs on. */
final class HostAddresses {
    private final ComposeFile compose;

    private HostAddresses(ComposeFile compose) {
        this.compose = compose;
    }

    static HostAddresses of(ComposeFile compose) {
        return new HostAddresses(compose);
    }

    /** The committer's environment as a process on the host would need it. */
    Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>(compose.environment("committer"));
        environment.replaceAll(
                (name, value) -> value.replace(compose.kafkaListener("INTERNAL"), compose.kafkaListener("HOST"))
                        .replace("registry:8080", compose.onHost("registry", 8080))
                        .replace("postgres:5432", compose.onHost("postgres", 5432))
                        .replace("storage:8333", compose.onHost("storage", 8333)));
        return environment;
    }

    /** Writes the pipeline's configuration for this JVM. */
    Path config(Path folder) {
        return StackConfig.read().forThisJvm(folder.resolve("here")).write(folder.resolve("here.yaml"), environment());
    }
}
