package dev.sluice.app.backfill;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one running backfill, held by one process of this machine. Two machines that run the same backfill do
 * the same work twice and end in the same tables; two processes on one folder would not.
 */
final class BackfillLock implements AutoCloseable {
    private final Path folder;
    private final FileChannel channel;

    private BackfillLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Takes the folder, and empties it of what a killed run left there.
     *
     * @throws SluiceException {@code BACKFILL_HELD}; {@code DATA_FOLDER} when it cannot be written
     */
    static BackfillLock hold(Path data, String id) {
        Path folder = data.resolve("backfill").resolve(id);
        try {
            Files.createDirectories(folder.getParent());
            FileChannel channel = FileChannel.open(
                    folder.resolveSibling(id + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new SluiceException(
                        ErrorCode.BACKFILL_HELD,
                        "Cannot run backfill %s: another process on this machine runs it; see 'sluice backfill show %s'"
                                .formatted(id, id));
            }
            delete(folder);
            Files.createDirectories(folder);
            return new BackfillLock(folder, channel);
        } catch (IOException e) {
            throw new SluiceException(ErrorCode.DATA_FOLDER, "Cannot use " + folder + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    Path folder() {
        return folder;
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> walk = Files.walk(folder)) {
            deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }

    @Override
    public void close() {
        try {
            delete(folder);
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
