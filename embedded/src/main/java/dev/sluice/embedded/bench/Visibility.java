package dev.sluice.embedded.bench;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.sink.ledger.LedgerEntry;
import dev.sluice.sink.ledger.TableLedger;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelSet;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the bronze table and the tables of all models above it, as any reader could, and notes when a new snapshot
 * shows which offsets. What a model's table has taken in is followed back by the stamps of its snapshots.
 */
final class Visibility {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Catalog catalog;
    private final Clock clock;
    private final String bronze;
    private final List<Model> models;
    private final Map<String, List<Sight>> sights = new LinkedHashMap<>();
    private final Map<Long, Map<Integer, Long>> frontiers = new HashMap<>();

    /** At that time the offsets below these, by partition, were seen in a table. */
    private record Sight(long millis, Map<Integer, Long> below) {}

    Visibility(Catalog catalog, SluiceConfig config, Clock clock) {
        this.catalog = catalog;
        this.clock = clock;
        this.bronze = config.sources().get(0).table();
        this.models = above(bronze, ModelSet.load(config.models()));
    }

    /** The models that read the table or another one of these, in the order in which they run. */
    private static List<Model> above(String table, ModelSet all) {
        Set<String> known = new HashSet<>(Set.of(table));
        List<Model> above = new ArrayList<>();
        for (Model model : all.models()) {
            if (model.refs().stream().anyMatch(ref -> known.contains(ref.name()))) {
                known.add(model.name());
                above.add(model);
            }
        }
        return above;
    }

    /**
     * Watches until everything that was produced is in the last table.
     *
     * @param warmUpSeconds records of the first seconds are not counted
     */
    Map<String, Delays> watch(
            ChildJvm service, CompletableFuture<Void> producing, AppendTimes topic, int warmUpSeconds) {
        long start = clock.millis();
        @Nullable List<List<Long>> times = null;
        while (times == null || !allSeen(times)) {
            look();
            service.requireAlive();
            if (times == null && producing.isDone()) {
                producing.join();
                times = topic.read();
            }
            if (clock.millis() - start > LIMIT.toMillis()) {
                break;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        Map<String, Delays> delays = new LinkedHashMap<>();
        if (times != null) {
            long first = times.stream()
                            .filter(one -> !one.isEmpty())
                            .mapToLong(one -> one.get(0))
                            .min()
                            .orElse(start)
                    + warmUpSeconds * 1000L;
            for (Map.Entry<String, List<Sight>> table : sights.entrySet()) {
                delays.put(table.getKey(), delays(table.getValue(), times, first));
            }
        }
        return delays;
    }

    private void look() {
        see(bronze, table -> {
            Map<Integer, Long> below = new HashMap<>();
            for (LedgerEntry entry : TableLedger.read(table).entries().values()) {
                below.put(entry.source().partition(), entry.to());
            }
            return below;
        });
        for (Model model : models) {
            see(model.name(), this::takenIn);
        }
    }

    private interface Frontier {
        @Nullable
        Map<Integer, Long> of(Table table);
    }

    private void see(String name, Frontier frontier) {
        Table table;
        try {
            table = catalog.loadTable(TableIdentifier.parse(name));
        } catch (NoSuchTableException e) {
            return;
        }
        Snapshot snapshot = table.currentSnapshot();
        if (snapshot == null || frontiers.containsKey(snapshot.snapshotId())) {
            return;
        }
        Map<Integer, Long> below = frontier.of(table);
        if (below != null) {
            frontiers.put(snapshot.snapshotId(), below);
            sights.computeIfAbsent(name, key -> new ArrayList<>()).add(new Sight(clock.millis(), below));
        }
    }

    /** The least that all of a model's inputs had; null while one of them is not known. */
    private @Nullable Map<Integer, Long> takenIn(Table table) {
        Map<Integer, Long> least = null;
        for (Long upstream :
                Stamp.of(table).map(Stamp::upstream).orElse(Map.of()).values()) {
            Map<Integer, Long> below = frontiers.get(upstream);
            if (below == null) {
                return null;
            }
            if (least == null) {
                least = new HashMap<>();
            }
            for (Map.Entry<Integer, Long> entry : below.entrySet()) {
                least.merge(entry.getKey(), entry.getValue(), Math::min);
            }
        }
        return least;
    }

    private boolean allSeen(List<List<Long>> times) {
        if (sights.size() < models.size() + 1) {
            return false;
        }
        for (List<Sight> seen : sights.values()) {
            Map<Integer, Long> below = seen.get(seen.size() - 1).below();
            for (int partition = 0; partition < times.size(); partition++) {
                if (below.getOrDefault(partition, 0L) < times.get(partition).size()) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Delays delays(List<Sight> seen, List<List<Long>> times, long from) {
        List<Long> delays = new ArrayList<>();
        for (int partition = 0; partition < times.size(); partition++) {
            int at = 0;
            List<Long> produced = times.get(partition);
            for (int offset = 0; offset < produced.size(); offset++) {
                while (at < seen.size() && seen.get(at).below().getOrDefault(partition, 0L) <= offset) {
                    at++;
                }
                if (at < seen.size() && produced.get(offset) >= from) {
                    delays.add(seen.get(at).millis() - produced.get(offset));
                }
            }
        }
        return Delays.of(delays.stream().mapToLong(Long::longValue).toArray());
    }
}
