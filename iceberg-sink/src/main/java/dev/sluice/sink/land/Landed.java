package dev.sluice.sink.land;

/** What became of one record: a row in the open data file, or a rejection with its reason. */
public sealed interface Landed {
    /**
     * The record is a row of the open file.
     *
     * @param payloadKept whether the row also holds the value's bytes, because the typed columns alone cannot rebuild
     *     them
     */
    record Row(boolean payloadKept) implements Landed {
        static final Row TYPED = new Row(false);
        static final Row WITH_PAYLOAD = new Row(true);
    }

    /**
     * The record is in no file.
     *
     * @param reason the stable code
     * @param detail where (byte offset in the value, field path), what was expected and what kind of thing was found;
     *     never a value of the record
     */
    record Rejected(RejectReason reason, String detail) implements Landed {}
}
