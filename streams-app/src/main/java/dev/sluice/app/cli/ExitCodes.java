package dev.sluice.app.cli;

import dev.sluice.error.ErrorKind;
import dev.sluice.error.SluiceException;
import java.util.Arrays;
import java.util.stream.Stream;

/** The exit codes of every command. */
public final class ExitCodes {
    public static final int OK = 0;
    /** The command ran to its end and its verdict is no: an audit or a proof that failed. */
    public static final int VERDICT_NO = 1;
    /** Ended by Ctrl-C, as shells count; a termination signal makes it 143 by the JVM. */
    public static final int INTERRUPTED = 130;

    private ExitCodes() {}

    /** The exit code of a command that ended with this failure. */
    public static int of(Throwable failure) {
        return failure instanceof SluiceException known ? known.kind().exitCode() : ErrorKind.BUG.exitCode();
    }

    /** The lines of {@code --help}'s last section and of the generated reference. */
    static String[] describe() {
        Stream<String> kinds =
                Arrays.stream(ErrorKind.values()).map(kind -> " " + kind.exitCode() + ":" + kind.meaning());
        return Stream.concat(
                        Stream.of(" 0:success", " 1:the verdict is no: an audit, a test or a proof failed"),
                        Stream.concat(kinds, Stream.of("130:ended by Ctrl-C", "143:ended by a termination signal")))
                .toArray(String[]::new);
    }
}
