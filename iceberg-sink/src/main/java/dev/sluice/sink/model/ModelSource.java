package dev.sluice.sink.model;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of a folder, read again when a file of it has changed. A change that does not compile is told, once, and
 * the models stay as they were. Used by one thread.
 */
public final class ModelSource {
    private static final Logger LOG = LoggerFactory.getLogger(ModelSource.class);

    private final Path folder;
    private ModelSet set;
    private String seen;

    private ModelSource(Path folder, String seen, ModelSet set) {
        this.folder = folder;
        this.seen = seen;
        this.set = set;
    }

    /**
     * Reads the folder for the first time.
     *
     * @throws SluiceException as {@link ModelSet#load}
     */
    public static ModelSource open(Path folder) {
        return new ModelSource(folder, Files.isDirectory(folder) ? content(folder) : "", ModelSet.load(folder));
    }

    /** The newest models that compile. */
    public ModelSet current() {
        String now;
        try {
            now = content(folder);
        } catch (UncheckedIOException e) {
            // An editor replaces a file while we look; the next round sees it whole.
            LOG.info("Cannot read the models folder now, keeping the models: {}", e.getMessage());
            return set;
        }
        if (!now.equals(seen)) {
            seen = now;
            try {
                set = ModelSet.load(folder);
                LOG.info(
                        "Models were read again: models={}",
                        set.models().stream().map(Model::name).toList());
            } catch (SluiceException e) {
                LOG.error(
                        "The models folder was changed and does not compile; the models of before stay in use until it does: {}",
                        e.getMessage());
            }
        }
        return set;
    }

    private static String content(Path folder) {
        try (Stream<Path> walk = Files.walk(folder, 2)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            List<Path> files = walk.filter(Files::isRegularFile)
                    .filter(file ->
                            file.toString().endsWith(".sql") || file.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
            for (Path file : files) {
                digest.update(folder.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                digest.update(Files.readAllBytes(file));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new SluiceException(ErrorCode.BUG, "Cannot hash the models folder: no SHA-256", e);
        }
    }
}
