package dev.sluice.sink.land;

/**
 * Carries a rejection out of nested readers, gathering the field path on its way; it never leaves the decode plan. Has
 * no stack trace, so that a flood of bad records costs little.
 */
final class MalformedValue extends Exception {
    private final RejectReason reason;
    private final String detail;
    private final int at;
    private String path = "";

    MalformedValue(RejectReason reason, int at, String expected, String found) {
        super(null, null, false, false);
        this.reason = reason;
        this.at = at;
        this.detail = "byte " + at + ": expected " + expected + ", found " + found;
    }

    /** Says that the trouble was inside this field. */
    MalformedValue inField(String name) {
        path = path.isEmpty() || path.startsWith("[") ? name + path : name + '.' + path;
        return this;
    }

    /** Says that the trouble was inside this element of an array or entry of a map. */
    MalformedValue inItem(int index) {
        path = '[' + Integer.toString(index) + ']' + (path.isEmpty() || path.startsWith("[") ? "" : ".") + path;
        return this;
    }

    /** The byte of the value at which reading ended. */
    int at() {
        return at;
    }

    Landed.Rejected rejected() {
        return new Landed.Rejected(reason, path.isEmpty() ? detail : "field " + path + ", " + detail);
    }
}
