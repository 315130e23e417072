package dev.sluice.embedded.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operating system's lock on a file, which ends with the process however that ends. The file names the process. */
final class FolderLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws SluiceException DATA_FOLDER_HELD, with the process that holds it */
    static FolderLock take(Path folder, Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (tryLock(channel) == null) {
                throw new SluiceException(
                        ErrorCode.DATA_FOLDER_HELD,
                        "Cannot use data folder %s: it is in use, expected no other process on it, found process %s"
                                .formatted(folder, holder(file)));
            }
            byte[] pid = String.valueOf(ProcessHandle.current().pid()).getBytes(UTF_8);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid));
            return new FolderLock(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("The lock of the data folder could not be released", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String holder(Path file) throws IOException {
        String pid = Files.readString(file).strip();
        return pid.isEmpty() ? "that did not say which it is" : pid;
    }
}
