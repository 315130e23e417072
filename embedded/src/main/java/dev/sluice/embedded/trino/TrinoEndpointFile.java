package dev.sluice.embedded.trino;

import dev.sluice.app.cli.ConfigOption;
import dev.sluice.app.cli.EnvironmentFile;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * How a running Trino tells other commands on the same data folder where it listens: by a variable that the shipped
 * configuration takes its Trino cluster from.
 *
 * @param folder of Trino, in the data folder
 */
record TrinoEndpointFile(Path folder) {
    static final String VARIABLE = "SLUICE_TRINO_URL";

    static TrinoEndpointFile of(Path data) {
        return new TrinoEndpointFile(data.resolve(ConfigOption.TRINO));
    }

    void write(String jdbcUrl) {
        EnvironmentFile.write(folder, Map.of(VARIABLE, jdbcUrl));
    }

    /** Takes the address back, unless another server has left its own since. */
    void delete(String jdbcUrl) {
        if (jdbcUrl.equals(EnvironmentFile.read(folder).get(VARIABLE))) {
            Path file = folder.resolve(EnvironmentFile.NAME);
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new SluiceException(
                        ErrorCode.DATA_FOLDER, "Cannot take Trino's address back from %s: %s".formatted(file, e), e);
            }
        }
    }
}
