package dev.sluice.embedded.demo;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.ledger.LedgerEntry;
import dev.sluice.sink.ledger.TableLedger;
import dev.sluice.sink.merge.Stamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.common.TopicPartition;

/**
 * Measures from outside how old the newest record of a model's table is: a few times a second it notes where the topic
 * ends and how much of it the table holds, and how long ago the topic ended there.
 */
final class FreshnessMeter implements AutoCloseable {
    private static final Duration STEP = Duration.ofMillis(200);

    private final SourceConfig source;
    private final String model;
    private final Catalog catalog;
    private final Cluster cluster;
    private final List<TopicPartition> partitions;
    private final TreeMap<Long, Long> ends = new TreeMap<>();
    private final Map<String, List<Long>> samples = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile String phase = "";
    private volatile boolean stopped;

    private FreshnessMeter(SluiceConfig config, String model, Catalog catalog, Cluster cluster) {
        this.source = config.sources().get(0);
        this.model = model;
        this.catalog = catalog;
        this.cluster = cluster;
        this.partitions = IntStream.range(
                        0, cluster.requireTopic(source.topic()).partitions())
                .mapToObj(partition -> new TopicPartition(source.topic(), partition))
                .toList();
        this.thread = new Thread(this::measure, "sluice-freshness");
    }

    static FreshnessMeter start(SluiceConfig config, String model, Catalog catalog, Cluster cluster) {
        FreshnessMeter meter = new FreshnessMeter(config, model, catalog, cluster);
        meter.thread.start();
        return meter;
    }

    /** From now on the measurements count for a phase; none for the empty one. */
    void phase(String name) {
        phase = name;
    }

    /** What was measured in a phase, in milliseconds, sorted. */
    List<Long> samples(String name) {
        return samples.getOrDefault(name, List.of()).stream().sorted().toList();
    }

    private void measure() {
        while (!stopped) {
            try {
                long now = System.nanoTime() / 1_000_000;
                long end = partitions.stream().mapToLong(cluster::logEnd).sum();
                ends.putIfAbsent(end, now);
                long held = held();
                Map.Entry<Long, Long> oldestMissing = ends.higherEntry(held);
                long age = oldestMissing == null ? 0 : Math.max(0, now - oldestMissing.getValue());
                if (!phase.isEmpty()) {
                    samples.computeIfAbsent(phase, none -> java.util.Collections.synchronizedList(new ArrayList<>()))
                            .add(age);
                }
            } catch (SluiceException | org.apache.iceberg.exceptions.RESTException e) {
                // A look that failed is no measurement.
                LockSupport.parkNanos(STEP.toNanos());
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }

    /** Sum over the partitions of the offsets that the live flow has brought into the model's table. */
    private long held() {
        if (!catalog.tableExists(TableIdentifier.parse(model))) {
            return 0;
        }
        Table table = catalog.loadTable(TableIdentifier.parse(model));
        Long snapshot = Stamp.of(table)
                .map(stamp -> stamp.upstream().get(source.table()))
                .orElse(null);
        if (snapshot == null) {
            return 0;
        }
        Table bronze = catalog.loadTable(TableIdentifier.parse(source.table()));
        return TableLedger.at(bronze, snapshot).orElse(Ledger.EMPTY).entries().values().stream()
                .mapToLong(LedgerEntry::to)
                .sum();
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
