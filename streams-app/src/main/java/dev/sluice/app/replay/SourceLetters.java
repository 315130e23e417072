package dev.sluice.app.replay;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.dlq.DeadLetters;
import java.time.InstantSource;
import java.util.function.BiConsumer;

/** The dead letters of one source, each with its state. */
public final class SourceLetters {
    private final SourceConfig source;
    private final DeadLetters letters;
    private final DeadLetterStates states;

    private SourceLetters(SourceConfig source, DeadLetters letters, DeadLetterStates states) {
        this.source = source;
        this.letters = letters;
        this.states = states;
    }

    /**
     * Looks up what was put back and landed so far; when anything was, the topic is read once to see what died again.
     */
    public static SourceLetters open(SluiceConfig config, SourceConfig source, InstantSource clock) {
        DeadLetters letters = new DeadLetters(config.kafka(), clock);
        DeadLetterStates states = DeadLetterStates.of(config, source, clock);
        if (states.anyReplayed()) {
            letters.read(source.dlq(), states::see);
        }
        return new SourceLetters(source, letters, states);
    }

    /** Hands over every dead letter that the topic holds now, oldest first within each partition. */
    public void read(BiConsumer<DeadLetterView, DeadLetterState> visitor) {
        letters.read(source.dlq(), letter -> visitor.accept(letter, states.of(letter)));
    }

    public DeadLetterState state(DeadLetterView letter) {
        return states.of(letter);
    }
}
