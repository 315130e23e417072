package dev.sluice.load;

/** The ways in which a malformed record is broken, each with the code of the reason it must be rejected for. */
public enum MalformedKind {
    /** JSON text instead of Avro. */
    NO_FRAMING("NO_FRAMING"),
    /** A whole event, framed with a schema id that no registry has given out. */
    UNKNOWN_SCHEMA_ID("UNKNOWN_SCHEMA_ID"),
    /** The first part of an event. */
    TRUNCATED("TRUNCATED"),
    /** A whole event and more bytes after it. */
    TRAILING_BYTES("TRAILING_BYTES"),
    /** Framed, then a string of negative length. */
    GARBAGE("CORRUPT"),
    /** A whole event of a schema that allows no customer, without a customer. */
    REQUIRED_NULL("REQUIRED_NULL"),
    /** A whole event with order_version 0 or a negative amount. */
    RULE_BROKEN("RULE_BROKEN"),
    /** A value of zero bytes, which is not the same as no value. */
    EMPTY_VALUE("EMPTY_VALUE");

    private static final MalformedKind[] ALL = values();

    private final String reason;

    MalformedKind(String reason) {
        this.reason = reason;
    }

    /** The kind of the n-th malformed record of a load, counted from 0: each kind in turn. */
    static MalformedKind inTurn(long number) {
        return ALL[(int) (number % ALL.length)];
    }

    /** The stable code that the dead letter of such a record must carry. */
    public String reason() {
        return reason;
    }
}
