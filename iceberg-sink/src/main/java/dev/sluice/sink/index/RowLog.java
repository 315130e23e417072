package dev.sluice.sink.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * A file of records, each at the offset that adding it returned. A record is its length, a checksum of its key and its
 * bytes, and the bytes; so a record of another key, or one that was written over, is not taken for it. Only grows.
 */
public final class RowLog implements AutoCloseable {
    private static final int HEADER = 2 * Integer.BYTES;
    private static final int PENDING = 1 << 20;
    /** Of most records the whole, and what the kernel reads anyway. */
    private static final int WINDOW = 4096;

    private static final long MAP = 1L << 30;
    /** A length above is no length, but damage. */
    private static final int LONGEST = 1 << 30;

    private final Path file;
    private final FileChannel channel;
    /** Bytes of one map. */
    private final long mapSize;

    private final long mapped;
    private final MappedByteBuffer[] maps;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer key = ByteBuffer.allocate(2 * Long.BYTES);
    private ByteBuffer pending = ByteBuffer.allocate(PENDING);
    private ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
    private long windowStart;
    private long written;

    private RowLog(Path file, FileChannel channel, long length, long mapSize) {
        this.file = file;
        this.channel = channel;
        this.written = length;
        this.mapSize = mapSize;
        // What is added later is read from the file: few look at it before it is opened again.
        this.mapped = length;
        this.maps = new MappedByteBuffer[Math.toIntExact((length + mapSize - 1) / mapSize)];
    }

    /**
     * Opens a log.
     *
     * @param length how many bytes of the file are its records; what comes after is written over
     */
    static RowLog open(Path file, long length) throws IOException {
        return open(file, length, MAP);
    }

    static RowLog open(Path file, long length, long mapSize) throws IOException {
        return open(
                file,
                length,
                mapSize,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /** Opens a log to which nothing is added. */
    static RowLog read(Path file, long length) throws IOException {
        return open(file, length, MAP, Set.of(StandardOpenOption.READ));
    }

    private static RowLog open(Path file, long length, long mapSize, Set<StandardOpenOption> options)
            throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, options);
        } catch (NoSuchFileException e) {
            throw new DamagedStoreException("Log " + file + " is missing", e);
        }
        if (channel.size() < length) {
            channel.close();
            throw new DamagedStoreException("Log %s has fewer than %d bytes".formatted(file, length));
        }
        return new RowLog(file, channel, length, mapSize);
    }

    Path file() {
        return file;
    }

    /** The offset of the next record. */
    long length() {
        return written + pending.position();
    }

    /** Adds a record. Returns its offset. */
    long add(long high, long low, byte[] bytes, int size) throws IOException {
        if (pending.remaining() < HEADER + size) {
            flush();
            if (pending.capacity() < HEADER + size) {
                pending = ByteBuffer.allocate(HEADER + size);
            }
        }
        long offset = length();
        pending.putInt(size)
                .putInt(checksum(high, low, ByteBuffer.wrap(bytes, 0, size)))
                .put(bytes, 0, size);
        return offset;
    }

    /** Hands what was added to the operating system. */
    void flush() throws IOException {
        if (pending.position() == 0) {
            return;
        }
        // It may hold what lay there before.
        window.limit(0);
        pending.flip();
        while (pending.hasRemaining()) {
            written += channel.write(pending, written);
        }
        pending.clear();
    }

    /** The bytes of the record of a key at an offset; valid until the next call. Ascending offsets are cheapest. */
    public ByteBuffer read(long high, long low, long offset) throws IOException {
        flush();
        ByteBuffer header = bytes(offset, HEADER);
        int size = header.getInt();
        int checksum = header.getInt();
        if (size < 0 || size > LONGEST || offset + HEADER + size > written) {
            throw damaged(offset);
        }
        ByteBuffer record = bytes(offset + HEADER, size);
        if (checksum != checksum(high, low, record)) {
            throw damaged(offset);
        }
        return record.rewind();
    }

    /** Mapped into memory, which is a fifth of the work of reading; from the file where no map has it whole. */
    private ByteBuffer bytes(long offset, int size) throws IOException {
        if (offset >= 0 && offset + size <= mapped && offset % mapSize + size <= mapSize) {
            int map = (int) (offset / mapSize);
            int at = (int) (offset % mapSize);
            MappedByteBuffer bytes = maps[map];
            if (bytes == null) {
                long start = map * mapSize;
                bytes = channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(mapSize, mapped - start));
                maps[map] = bytes;
            }
            return bytes.slice(at, size);
        }
        ensure(offset, size);
        return window.slice((int) (offset - windowStart), size);
    }

    private void ensure(long offset, int bytes) throws IOException {
        if (offset >= windowStart && offset + bytes <= windowStart + window.limit()) {
            return;
        }
        if (offset < 0 || offset + bytes > written) {
            throw damaged(offset);
        }
        if (window.capacity() < bytes) {
            window = ByteBuffer.allocate(bytes);
        }
        windowStart = offset;
        window.clear();
        while (window.position() < bytes) {
            if (channel.read(window, offset + window.position()) < 0) {
                window.limit(0);
                throw damaged(offset);
            }
        }
        window.flip();
    }

    private DamagedStoreException damaged(long offset) {
        return new DamagedStoreException("Log %s has no such record at offset %d".formatted(file, offset));
    }

    private int checksum(long high, long low, ByteBuffer bytes) {
        crc.reset();
        crc.update(key.clear().putLong(high).putLong(low).flip());
        crc.update(bytes);
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
