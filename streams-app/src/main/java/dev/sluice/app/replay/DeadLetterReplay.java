package dev.sluice.app.replay;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.dlq.DeadLetters;
import dev.sluice.app.dlq.Position;
import dev.sluice.app.fault.Faults;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Puts chosen dead letters of a source back into its topic, at their partition, with their key, timestamp and headers.
 * A dead letter is put back once, however often this is run and wherever it was killed.
 */
public final class DeadLetterReplay {
    private static final int BATCH_RECORDS = 500;
    private static final int BATCH_BYTES = 8 << 20;
    private static final int SHOWN_REMARKS = 10;

    private final SluiceConfig config;
    private final SourceConfig source;
    private final ValueChange change;
    private final Faults faults;
    private final InstantSource clock;

    public DeadLetterReplay(
            SluiceConfig config, SourceConfig source, ValueChange change, Faults faults, InstantSource clock) {
        this.config = config;
        this.source = source;
        this.change = change;
        this.faults = faults;
        this.clock = clock;
    }

    /** Says what {@link #execute} would do, and changes nothing. */
    public ReplayReport preview(ReplayChoice choice) {
        return run(choice, markers().of(source.dlq()), batch -> {});
    }

    /**
     * Puts the chosen ones back, in batches that are done or not done as a whole.
     *
     * @throws dev.sluice.error.SluiceException {@code KAFKA_UNAVAILABLE}, {@code COMMIT_CONFLICT}; run it again to go
     *     on
     */
    public ReplayReport execute(ReplayChoice choice) {
        try (Replayer replayer = Replayer.open(config, source, faults, clock)) {
            return run(choice, markers().settled(source.dlq()), replayer::putBack);
        }
    }

    private ReplayMarkers markers() {
        return new ReplayMarkers(config.kafka(), clock);
    }

    private ReplayReport run(ReplayChoice choice, Map<Position, ReplayMarker> markers, Consumer<List<PutBack>> sender) {
        Run run = new Run(choice, markers, sender);
        new DeadLetters(config.kafka(), clock).read(source.dlq(), run::take);
        run.send();
        return run.report();
    }

    private final class Run {
        private final ReplayChoice choice;
        private final Map<Position, ReplayMarker> markers;
        private final Consumer<List<PutBack>> sender;
        private final List<PutBack> batch = new ArrayList<>();
        private final List<String> remarks = new ArrayList<>();
        private final java.util.Set<Position> taken = new java.util.HashSet<>();
        private int batchBytes;
        private long chosen;
        private long putBack;
        private long already;
        private long guarded;
        private long refused;

        Run(ReplayChoice choice, Map<Position, ReplayMarker> markers, Consumer<List<PutBack>> sender) {
            this.choice = choice;
            this.markers = markers;
            this.sender = sender;
        }

        void take(DeadLetterView letter) {
            if (!choice.takes(source.dlq(), letter) || putBack >= choice.limit()) {
                return;
            }
            chosen++;
            if (!letter.hasPosition() || !letter.topic().equals(source.topic())) {
                refused++;
                remark(
                        source.dlq() + "-" + letter.dlqPartition() + "@" + letter.dlqOffset(),
                        "its headers do not say that it came from " + source.topic());
            } else if (markers.containsKey(letter.position()) || !taken.add(letter.position())) {
                already++;
            } else if (letter.replayCount() >= choice.maxReplays()) {
                guarded++;
                remark(
                        letter.position().toString(),
                        "it was put back " + letter.replayCount() + " times before, expected fewer than "
                                + choice.maxReplays());
            } else {
                change(letter);
            }
        }

        private void change(DeadLetterView letter) {
            ValueChange.Outcome outcome = change.of(letter);
            if (outcome instanceof ValueChange.Refused no) {
                refused++;
                remark(letter.position().toString(), no.why());
            } else if (outcome instanceof ValueChange.Changed yes) {
                add(new PutBack(letter, yes.value(), yes.schemaId()));
            } else {
                add(new PutBack(letter, letter.value(), null));
            }
        }

        private void add(PutBack one) {
            putBack++;
            batch.add(one);
            batchBytes += one.bytes();
            if (batch.size() >= BATCH_RECORDS || batchBytes >= BATCH_BYTES) {
                send();
            }
        }

        void send() {
            if (!batch.isEmpty()) {
                sender.accept(List.copyOf(batch));
                batch.clear();
                batchBytes = 0;
            }
        }

        private void remark(String where, String why) {
            if (remarks.size() < SHOWN_REMARKS) {
                remarks.add("[" + where + "] not put back: " + why);
            }
        }

        ReplayReport report() {
            return new ReplayReport(chosen, putBack, already, guarded, refused, remarks);
        }
    }
}
