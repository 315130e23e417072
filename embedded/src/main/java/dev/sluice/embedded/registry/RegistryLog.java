package dev.sluice.embedded.registry;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The registry's memory: a file of JSON lines, only ever appended to, each line on the disk before the answer is sent.
 * A last line without its line feed was never answered, and is cut off at the start. Not safe for several threads.
 */
final class RegistryLog implements AutoCloseable {
    private static final String FILE = "registry.jsonl";

    private final ObjectMapper mapper = new ObjectMapper();
    private final Path file;
    private final FileChannel channel;
    private long length;

    private RegistryLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens or makes the log of a folder, which is made too if it is missing. */
    static RegistryLog open(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                channel.close();
                throw new SluiceException(
                        ErrorCode.DATA_FOLDER_HELD,
                        "Cannot open registry log %s: another registry holds it, expected it free, found it locked"
                                .formatted(file));
            }
            return new RegistryLog(file, channel);
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.DATA_FOLDER,
                    "Cannot open registry log %s: expected a file to read and write, found %s".formatted(file, e),
                    e);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** Every entry, oldest first. To be called once, before the first append. */
    List<LogEntry> replay() {
        try {
            byte[] bytes = Files.readAllBytes(file);
            List<LogEntry> entries = new ArrayList<>();
            int start = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    entries.add(parse(new String(bytes, start, i - start, StandardCharsets.UTF_8), entries.size() + 1));
                    start = i + 1;
                }
            }
            cutTo(start);
            return entries;
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    private LogEntry parse(String line, int number) {
        try {
            return mapper.readValue(line, LogEntry.class);
        } catch (JacksonException e) {
            throw new SluiceException(
                    ErrorCode.DATA_FOLDER,
                    "Cannot read registry log %s: line %d is damaged, expected a JSON entry, found %s"
                            .formatted(file, number, e.getOriginalMessage()),
                    e);
        }
    }

    /** Returns when the entry is on the disk; if it throws, the log is as it was. */
    void append(LogEntry entry) {
        try {
            ByteBuffer line = StandardCharsets.UTF_8.encode(mapper.writeValueAsString(entry) + "\n");
            int size = line.remaining();
            try {
                long at = length;
                while (line.hasRemaining()) {
                    at += channel.write(line, at);
                }
                channel.force(true);
            } catch (IOException e) {
                // Half a line would become the start of the next one.
                cutTo(length);
                throw e;
            }
            length += size;
        } catch (IOException e) {
            throw failed("append to", e);
        }
    }

    private void cutTo(long end) throws IOException {
        channel.truncate(end);
        channel.force(true);
        length = end;
    }

    private SluiceException failed(String verb, IOException cause) {
        return new SluiceException(
                ErrorCode.STORAGE_FAILED,
                "Cannot %s registry log %s: expected the file system to do it, found %s".formatted(verb, file, cause),
                cause);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failed("close", e);
        }
    }
}
