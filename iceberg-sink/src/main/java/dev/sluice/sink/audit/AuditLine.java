package dev.sluice.sink.audit;

/**
 * One promise checked.
 *
 * @param promise the promise in words, for example {@code Nothing lost}
 * @param subject the table or topic-partition it was checked on
 * @param compared what was compared with what
 * @param expected the figure that the promise asks for
 * @param found the figure that was found
 * @param verdict whether they agree
 * @param detail the first offending things, or a remark; may be empty
 */
public record AuditLine(
        String promise,
        String subject,
        String compared,
        String expected,
        String found,
        Verdict verdict,
        String detail) {
    /** The outcome of a check. */
    public enum Verdict {
        PASS,
        FAIL,
        /** A figure worth knowing that cannot be wrong, such as duplicates recognised. */
        NOTE
    }

    /** A line that passes when both figures are equal. */
    public static AuditLine equal(
            String promise, String subject, String compared, long expected, long found, String detailOnFailure) {
        boolean holds = expected == found;
        return new AuditLine(
                promise,
                subject,
                compared,
                Long.toString(expected),
                Long.toString(found),
                holds ? Verdict.PASS : Verdict.FAIL,
                holds ? "" : detailOnFailure);
    }

    /** A line that only tells a figure. */
    public static AuditLine note(String promise, String subject, String compared, long found) {
        return new AuditLine(promise, subject, compared, "", Long.toString(found), Verdict.NOTE, "");
    }

    public boolean failed() {
        return verdict == Verdict.FAIL;
    }
}
