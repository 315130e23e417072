package dev.sluice.sink.model;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.nio.file.Path;

/** A file, and a line of it when known (counted from 1, else 0): where an error message points. */
record Place(Path file, int line) {
    SluiceException error(String problem) {
        return new SluiceException(ErrorCode.MODEL_INVALID, "[%s] %s".formatted(this, problem));
    }

    Place at(int otherLine) {
        return new Place(file, otherLine);
    }

    @Override
    public String toString() {
        return line > 0 ? file + ":" + line : file.toString();
    }
}
