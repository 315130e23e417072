package dev.sluice.embedded.ingest;

import dev.sluice.app.config.HttpConfig;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.retry.Retry;
import dev.sluice.app.service.Part;
import dev.sluice.app.service.PipelineService;
import dev.sluice.app.service.ServiceConsole;
import dev.sluice.app.status.PipelineStatus;
import dev.sluice.app.status.StatusReader;
import dev.sluice.sink.model.ModelSet;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

/** The whole service, ingest and committer, on a thread of its own. */
final class RunningService implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final TestPlatform platform;
    private final SluiceConfig config;
    private final PipelineService service;
    private final RunningTask task;

    RunningService(TestPlatform platform, SluiceConfig config) {
        this.platform = platform;
        this.config = config;
        this.service = new PipelineService(
                config, Set.of(Part.values()), Clock.systemUTC(), Faults.none(), Retry.never(Clock.systemUTC()));
        this.task = new RunningTask("service-" + config.instance(), service);
    }

    /** Waits until every record of every topic is in every table; throws what the service failed with. */
    void awaitCaughtUp() {
        try (Cluster cluster = Cluster.open(config.kafka())) {
            StatusReader reader = new StatusReader(config, platform.catalog(), ModelSet.load(config.models()), cluster);
            PipelineStatus[] last = {null};
            Await.until(
                    "the tables to catch up",
                    LIMIT,
                    () -> {
                        check();
                        last[0] = reader.read();
                        return last[0].caughtUp();
                    },
                    () -> String.valueOf(last[0]));
        }
    }

    /** What the service answers under a path such as {@code /metrics}. */
    String answer(String path) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (ServiceConsole console =
                ServiceConsole.start(new HttpConfig("127.0.0.1", port), config, service, Clock.systemUTC())) {
            HttpRequest request =
                    HttpRequest.newBuilder(console.uri().resolve(path)).build();
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** Throws what the service failed with, if it has. */
    void check() {
        if (task.ended()) {
            task.outcome();
        }
    }

    /** Waits for the service's own end; throws what it failed with. */
    void outcome() {
        task.outcome();
    }

    @Override
    public void close() {
        service.close();
        task.awaitEnd();
    }
}
