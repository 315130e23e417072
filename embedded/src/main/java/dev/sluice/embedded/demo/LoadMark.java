package dev.sluice.embedded.demo;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.load.LoadSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Remembers which load a data folder's topic holds, so that another one is refused rather than mixed in. */
final class LoadMark {
    private final Path file;

    LoadMark(Path stateFolder) {
        this.file = stateFolder.resolve("demo-load.txt");
    }

    /**
     * Marks the folder before the first event is produced.
     *
     * @throws SluiceException {@code LOAD_MISMATCH} when it holds another load
     */
    void claim(LoadSpec spec) {
        String wanted = spec.toString();
        try {
            if (!Files.exists(file)) {
                Path draft = file.resolveSibling(file.getFileName() + ".tmp");
                Files.writeString(draft, wanted);
                Files.move(draft, file);
                return;
            }
            String held = Files.readString(file);
            if (!held.equals(wanted)) {
                throw new SluiceException(
                        ErrorCode.LOAD_MISMATCH,
                        "Cannot run this demo on the data folder: it holds another load, expected %s, found %s. Give the same options again, or another --data folder."
                                .formatted(wanted, held));
            }
        } catch (IOException e) {
            throw new SluiceException(ErrorCode.DATA_FOLDER, "Cannot use " + file + ": " + e.getMessage(), e);
        }
    }
}
