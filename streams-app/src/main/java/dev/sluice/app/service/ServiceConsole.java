package dev.sluice.app.service;

import dev.sluice.app.config.HttpConfig;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.http.ServiceHttp;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.status.CostReader;
import dev.sluice.app.status.StatusReader;
import dev.sluice.sink.model.ModelSet;
import java.net.URI;
import java.time.InstantSource;

/** The HTTP side of a running service, with clients of its own, so that looking on never waits for the work. */
public final class ServiceConsole implements AutoCloseable {
    private final Catalogs catalogs;
    private final Cluster cluster;
    private final ServiceHttp http;

    private ServiceConsole(Catalogs catalogs, Cluster cluster, ServiceHttp http) {
        this.catalogs = catalogs;
        this.cluster = cluster;
        this.http = http;
    }

    /** Starts it; {@code http} must be on. */
    public static ServiceConsole start(
            HttpConfig http, SluiceConfig config, PipelineService service, InstantSource clock) {
        Catalogs catalogs = Catalogs.open(config.catalog());
        Cluster cluster = Cluster.open(config.kafka());
        try {
            ModelSet models = ModelSet.load(config.models());
            StatusReader reader = new StatusReader(config, catalogs.catalog(), models, cluster);
            CostReader costs = new CostReader(catalogs.catalog(), models, clock);
            ServiceHttp.Views views =
                    new ServiceHttp.Views(service::ingest, service::committer, reader::read, costs::read);
            return new ServiceConsole(catalogs, cluster, ServiceHttp.start(http, views, clock));
        } catch (RuntimeException e) {
            cluster.close();
            catalogs.close();
            throw e;
        }
    }

    public URI uri() {
        return http.uri();
    }

    @Override
    public void close() {
        http.close();
        cluster.close();
        catalogs.close();
    }
}
