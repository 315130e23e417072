package dev.sluice.sink.model.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.SqlText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * Names of staged tables. They tell whose a table is and since when it is there, so that what a killed process left can
 * be told from what another one is using.
 */
final class StagedNames {
    static final String SCHEMA = "sluice_staging";

    private static final Duration FORGOTTEN = Duration.ofDays(1);
    private static final int OWNER = 12;

    private final String owner;
    private final InstantSource clock;

    private StagedNames(String owner, InstantSource clock) {
        this.owner = owner;
        this.clock = clock;
    }

    /** The names of whoever uses the work folder; the folder remembers. */
    static StagedNames of(Path workFolder, InstantSource clock) {
        Path file = workFolder.resolve("trino-owner");
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(workFolder);
                Files.writeString(
                        file, UUID.randomUUID().toString().replace("-", "").substring(0, OWNER));
            }
            return new StagedNames(Files.readString(file), clock);
        } catch (IOException e) {
            throw new SluiceException(ErrorCode.STORAGE_FAILED, "Cannot use %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** What the names of an attempt's tables begin with. */
    String prefix(String attemptId) {
        return "%s_%d_%s_".formatted(owner, clock.instant().getEpochSecond(), attemptId.replace("-", ""));
    }

    /**
     * Makes the schema, and drops what anybody left there a day ago.
     *
     * @param alone whether nobody else is using the work folder; then what this owner left is dropped, too
     */
    void prepare(TrinoSession session, boolean alone) {
        session.execute("CREATE SCHEMA IF NOT EXISTS " + SqlText.name(SCHEMA));
        session
                .rows("SELECT table_name FROM information_schema.tables WHERE table_schema = "
                        + SqlText.literal(SCHEMA))
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .filter(table -> isLeftover(table, alone))
                .forEach(table -> session.execute(
                        "DROP TABLE IF EXISTS %s.%s".formatted(SqlText.name(SCHEMA), SqlText.name(table))));
    }

    private boolean isLeftover(String table, boolean alone) {
        List<String> parts = List.of(table.split("_", -1));
        if (parts.size() < 3 || !parts.get(1).matches("\\d{1,12}")) {
            return false;
        }
        Instant made = Instant.ofEpochSecond(Long.parseLong(parts.get(1)));
        return (alone && parts.get(0).equals(owner)) || made.plus(FORGOTTEN).isBefore(clock.instant());
    }
}
