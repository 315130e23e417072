package dev.sluice.app.replay;

import dev.sluice.app.dlq.DeadLetterView;

/** What a replay does to the value of a dead letter before it is put back. */
@FunctionalInterface
public interface ValueChange {
    Outcome of(DeadLetterView letter);

    /** Nothing: it goes back byte by byte. */
    static ValueChange none() {
        return letter -> new Unchanged();
    }

    /** What became of a value. */
    sealed interface Outcome {}

    /** The value goes back as it is. */
    record Unchanged() implements Outcome {}

    /** Another value goes back, framed with this schema id. */
    @SuppressWarnings("ArrayRecordComponent") // two of them are never compared
    record Changed(byte[] value, int schemaId) implements Outcome {}

    /** The change does not suit this value, so it stays where it is. */
    record Refused(String why) implements Outcome {}
}
