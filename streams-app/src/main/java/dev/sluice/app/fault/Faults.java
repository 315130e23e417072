package dev.sluice.app.fault;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** What happens when the process passes a {@link FaultPoint}: nothing, outside of tests. */
public interface Faults {
    /** {@code <POINT>:<nth>}: the process halts at once, as if killed, when it passes the point the nth time. */
    String PROPERTY = "sluice.faults";

    /** The exit status of a process that was halted. */
    int HALTED = 137;

    void pass(FaultPoint point);

    /** Nothing ever happens. */
    static Faults none() {
        return point -> {};
    }

    /**
     * What the system property {@link #PROPERTY} asks for.
     *
     * @throws SluiceException {@code CONFIG_INVALID} if it is not of the form
     */
    static Faults fromSystemProperty() {
        String text = System.getProperty(PROPERTY, "");
        return text.isEmpty() ? none() : halting(text);
    }

    private static Faults halting(String text) {
        String[] parts = text.split(":", 2);
        try {
            FaultPoint fatal = FaultPoint.valueOf(parts[0]);
            AtomicLong left = new AtomicLong(parts.length == 1 ? 1 : Long.parseLong(parts[1]));
            return point -> {
                if (point == fatal && left.decrementAndGet() == 0) {
                    Runtime.getRuntime().halt(HALTED);
                }
            };
        } catch (IllegalArgumentException e) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot use the system property " + PROPERTY + ": expected <POINT>:<nth> with a point of "
                            + Arrays.toString(FaultPoint.values()) + ", found " + text,
                    e);
        }
    }
}
