package dev.sluice.app.replay;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.dlq.Position;
import dev.sluice.app.service.Catalogs;
import dev.sluice.sink.ledger.LedgerEntry;
import dev.sluice.sink.ledger.TableLedger;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells the state of each dead letter of one topic. Made before the topic is read: what was landed up to then is known
 * for good, so a record put back is never called landed while its new dead letter was just not seen.
 */
public final class DeadLetterStates {
    private final Map<Position, ReplayMarker> markers;
    private final Map<TopicPartition, Long> landedTo;
    private final Set<Position> diedAgain = new HashSet<>();

    DeadLetterStates(Map<Position, ReplayMarker> markers, Map<TopicPartition, Long> landedTo) {
        this.markers = Map.copyOf(markers);
        this.landedTo = Map.copyOf(landedTo);
    }

    /** Reads the markers, and the table's ledger when there is any marker. */
    public static DeadLetterStates of(SluiceConfig config, SourceConfig source, InstantSource clock) {
        Map<Position, ReplayMarker> markers = new ReplayMarkers(config.kafka(), clock).of(source.dlq());
        if (markers.isEmpty()) {
            return new DeadLetterStates(markers, Map.of());
        }
        try (Catalogs catalogs = Catalogs.open(config.catalog())) {
            return new DeadLetterStates(markers, landedTo(catalogs.catalog(), source.table()));
        }
    }

    private static Map<TopicPartition, Long> landedTo(Catalog catalog, String table) {
        Map<TopicPartition, Long> landed = new HashMap<>();
        try {
            for (LedgerEntry entry : TableLedger.read(catalog.loadTable(TableIdentifier.parse(table)))
                    .entries()
                    .values()) {
                landed.put(
                        new TopicPartition(
                                entry.source().topic(), entry.source().partition()),
                        entry.to());
            }
            return landed;
        } catch (NoSuchTableException e) {
            return landed;
        }
    }

    /** Whether any dead letter was ever put back; without that all are open, and none need be shown. */
    public boolean anyReplayed() {
        return !markers.isEmpty();
    }

    /** Takes note of a dead letter; all of the topic must be shown before a state is asked for. */
    public void see(DeadLetterView letter) {
        letter.replayOf().ifPresent(diedAgain::add);
    }

    public DeadLetterState of(DeadLetterView letter) {
        ReplayMarker marker = markers.get(letter.position());
        if (marker == null) {
            return DeadLetterState.OPEN;
        }
        if (diedAgain.contains(letter.position())) {
            return DeadLetterState.DEAD_AGAIN;
        }
        Position target = marker.target();
        long landed = landedTo.getOrDefault(new TopicPartition(target.topic(), target.partition()), 0L);
        return target.offset() < landed ? DeadLetterState.CLOSED : DeadLetterState.REPLAYED;
    }
}
