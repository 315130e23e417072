package dev.sluice.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The only exception that Sluice raises on its own account. Its message is for the person who reads it: {@code Cannot
 * <verb> <thing> <name>: <reason>, expected <x>, found <y>}, with {@code [topic-partition@offset]} or {@code [table]}
 * in front where there is a place.
 */
public final class SluiceException extends RuntimeException {
    private final ErrorCode code;

    public SluiceException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public SluiceException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    public ErrorCode code() {
        return code;
    }

    public ErrorKind kind() {
        return code.kind();
    }
}
