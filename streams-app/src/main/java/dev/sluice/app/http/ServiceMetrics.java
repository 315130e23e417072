package dev.sluice.app.http;

import dev.sluice.app.commit.CommitStatus;
import dev.sluice.app.ingest.IngestStatus;
import dev.sluice.app.status.ModelStatus;
import dev.sluice.app.status.PipelineStatus;
import dev.sluice.app.status.SourceStatus;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The metrics of one process; every value is read when Prometheus asks. */
final class ServiceMetrics {
    private final PrometheusRegistry registry;
    private final InstantSource clock;

    ServiceMetrics(PrometheusRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
    }

    ServiceMetrics jvm() {
        JvmMetrics.builder().register(registry);
        return this;
    }

    ServiceMetrics ingest(Supplier<Optional<IngestStatus>> status) {
        CounterWithCallback.builder()
                .name("sluice_ingest_rows_total")
                .help("Rows and tombstones landed by this process in committed transactions.")
                .labelNames("source")
                .callback(callback -> status.get()
                        .ifPresent(ingest -> ingest.counts()
                                .forEach((source, counts) -> callback.call((double) counts.landed(), source))))
                .register(registry);
        CounterWithCallback.builder()
                .name("sluice_ingest_dead_letters_total")
                .help("Records sent to the dead-letter topic by this process in committed transactions.")
                .labelNames("source")
                .callback(callback -> status.get()
                        .ifPresent(ingest -> ingest.counts()
                                .forEach((source, counts) -> callback.call((double) counts.deadLetters(), source))))
                .register(registry);
        return this;
    }

    ServiceMetrics committer(Supplier<Optional<CommitStatus>> status) {
        CounterWithCallback.builder()
                .name("sluice_commits_total")
                .help("Snapshots of bronze tables made by this process.")
                .callback(callback -> status.get().ifPresent(commit -> callback.call((double) commit.bronzeCommits())))
                .register(registry);
        CounterWithCallback.builder()
                .name("sluice_duplicate_ranges_total")
                .help("Announced ranges that a table held already, recognised and skipped.")
                .callback(callback -> status.get().ifPresent(commit -> callback.call((double) commit.duplicates())))
                .register(registry);
        GaugeWithCallback.builder()
                .name("sluice_announcements_pending")
                .help("Announcements that are not committed yet.")
                .callback(callback -> status.get().ifPresent(commit -> callback.call((double) commit.pending())))
                .register(registry);
        GaugeWithCallback.builder()
                .name("sluice_committer_leading")
                .help("1 while this process leads the commits.")
                .callback(callback -> status.get()
                        .ifPresent(commit -> callback.call(commit.role() == CommitStatus.Role.LEADING ? 1 : 0)))
                .register(registry);
        GaugeWithCallback.builder()
                .name("sluice_commit_failing_seconds")
                .help("For how long every attempt to commit has failed, 0 when all is well.")
                .callback(callback ->
                        status.get().ifPresent(commit -> callback.call(secondsSince(commit.failingSince()))))
                .register(registry);
        return this;
    }

    ServiceMetrics tables(Supplier<PipelineStatus> status) {
        GaugeWithCallback.builder()
                .name("sluice_ingest_lag_records")
                .help("Offsets of the topic that are not in the bronze table yet.")
                .labelNames("source")
                .callback(callback -> {
                    for (SourceStatus source : status.get().sources()) {
                        callback.call((double) source.lag(), source.source());
                    }
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name("sluice_table_freshness_seconds")
                .help("Time since the table was last committed to.")
                .labelNames("table")
                .callback(callback -> {
                    for (SourceStatus source : status.get().sources()) {
                        callback.call(secondsSince(source.lastCommit()), source.table());
                    }
                    for (ModelStatus model : status.get().models()) {
                        callback.call(secondsSince(model.lastCommit()), model.table());
                    }
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name("sluice_table_rows")
                .help("Live rows of a table, from its newest snapshot.")
                .labelNames("table")
                .callback(callback -> {
                    for (ModelStatus model : status.get().models()) {
                        callback.call((double) model.rows(), model.table());
                    }
                })
                .register(registry);
        return this;
    }

    private double secondsSince(@Nullable Instant time) {
        return time == null ? 0 : Duration.between(time, clock.instant()).toMillis() / 1000.0;
    }
}
