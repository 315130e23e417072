package dev.sluice.embedded.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a running Trino leaves its address for other commands on the same data folder. */
record TrinoEndpointFile(Path file) {

    static TrinoEndpointFile of(Path data) {
        return new TrinoEndpointFile(data.resolve("trino").resolve("endpoint"));
    }

    void write(URI server) {
        try {
            Files.writeString(file, server.toString());
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** The address, if a server left one; whether it still answers is for the caller to find out. */
    Optional<URI> read() {
        try {
            return Files.exists(file)
                    ? Optional.of(URI.create(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Takes the address back, unless another server has left its own since. */
    void delete(URI server) {
        if (read().filter(server::equals).isPresent()) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw unusable(e);
            }
        }
    }

    private SluiceException unusable(IOException cause) {
        return new SluiceException(
                ErrorCode.DATA_FOLDER, "Cannot keep Trino's address in %s: %s".formatted(file, cause), cause);
    }
}
