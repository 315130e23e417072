package dev.sluice.app.cli;

import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.Position;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;

/** Positions as people write them. */
final class DlqPositions {
    private DlqPositions() {}

    /**
     * {@code orders-3@1204} is where a record was rejected, {@code orders.dlq-3@17} or just {@code 3@17} where its dead
     * letter stands.
     */
    static Position of(String text, SourceConfig source) {
        String full = text.matches("\\d+@\\d+") ? source.dlq() + "-" + text : text;
        return Position.parse(full)
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.USAGE,
                        "Cannot read the position '" + text + "': expected a form like " + source.topic() + "-3@1204, "
                                + source.dlq() + "-3@17 or 3@17"));
    }
}
