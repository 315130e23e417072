package dev.sluice.embedded.scenario;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.embedded.compose.ComposeFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ComposeContainer;
import org.testcontainers.containers.ContainerState;

/**
 * {@code compose/compose.yaml} itself, started by the compose tool with {@code example.env}: nothing of it is written
 * again here. Only the service's instances and what they depend on are started, on the ports that the file publishes,
 * in a project and on volumes of their own, which are removed at the end.
 */
final class ComposeDeployment implements Deployment {
    private static final Duration START = Duration.ofMinutes(10);

    private final ComposeFile compose = ComposeFile.read();
    private final ComposeContainer stack;
    private final Path configFile;

    private ComposeDeployment(Path folder) {
        this.configFile = HostAddresses.of(compose).config(folder);
        // Not pulled as a whole: the service's image is in no registry, and the others are pulled when they are
        // missing.
        this.stack = new ComposeContainer(
                        "sluice-scenario",
                        ComposeFile.FOLDER.resolve("compose.yaml").toFile())
                .withEnv(variables())
                .withPull(false)
                .withServices(instances().toArray(String[]::new))
                .withStartupTimeout(START);
        stack.start();
    }

    static ComposeDeployment start(Path folder) {
        return new ComposeDeployment(folder);
    }

    /** Whether the image of the service was built. */
    static boolean hasImage(String image) {
        try {
            docker().inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** The example's secrets; the project's name is Testcontainers' to choose. */
    private static Map<String, String> variables() {
        Map<String, String> variables = ComposeFile.exampleEnvironment();
        variables.remove("COMPOSE_PROJECT_NAME");
        return variables;
    }

    @Override
    public Path configFile() {
        return configFile;
    }

    @Override
    public SluiceConfig config() {
        return ConfigFile.load(configFile, Map.of());
    }

    @Override
    public List<String> instances() {
        return compose.instances();
    }

    @Override
    public void kill(String instance) {
        docker().killContainerCmd(container(instance).getContainerId()).exec();
    }

    @Override
    public void start(String instance) {
        try {
            docker().startContainerCmd(container(instance).getContainerId()).exec();
        } catch (NotModifiedException alreadyRestarted) {
            // By the file's restart policy.
        }
    }

    @Override
    public boolean isReady(String instance) {
        return container(instance).isHealthy();
    }

    @Override
    public String logs() {
        StringBuilder text = new StringBuilder();
        instances()
                .forEach(instance -> text.append("\n== ")
                        .append(instance)
                        .append('\n')
                        .append(container(instance).getLogs()));
        return text.toString();
    }

    /** By the container's number too: Testcontainers takes that of a name like ingest-1 for it otherwise. */
    private ContainerState container(String instance) {
        return stack.getContainerByServiceName(instance + "-1")
                .orElseThrow(() -> new AssertionError("There is no container of the service " + instance));
    }

    private static DockerClient docker() {
        return DockerClientFactory.lazyClient();
    }

    @Override
    public void close() {
        stack.stop();
    }
}
