package dev.sluice.sink.table;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * Reads a file at any position. Small reads are served from a buffer, large ones go past it. One thread at a time,
 * except for the ranged reads, which neither use nor move the position.
 */
final class LocalInputStream extends SeekableInputStream implements RangeReadable {
    private static final int BUFFER_BYTES = 8 * 1024;
    /** Java copies through a native buffer as large as the read, and keeps it with the thread: so reads are bounded. */
    private static final int LARGEST_READ = 1024 * 1024;

    private final String location;
    private final FileChannel channel;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long bufferStart;
    private int buffered;
    private long position;

    LocalInputStream(String location, FileChannel channel) {
        this.location = location;
        this.channel = channel;
    }

    @Override
    public long getPos() {
        return position;
    }

    /** Past the end is allowed, as in any file; the next read then finds the end. */
    @Override
    public void seek(long target) throws IOException {
        if (target < 0) {
            throw new EOFException(
                    "Cannot seek in file %s: expected a position >= 0, found %d".formatted(location, target));
        }
        position = target;
    }

    @Override
    public int read() throws IOException {
        if (!inBuffer() && !fill()) {
            return -1;
        }
        int value = buffer[(int) (position - bufferStart)] & 0xFF;
        position++;
        return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        int got;
        if (inBuffer() || length < BUFFER_BYTES) {
            if (!inBuffer() && !fill()) {
                return -1;
            }
            int from = (int) (position - bufferStart);
            got = Math.min(length, buffered - from);
            System.arraycopy(buffer, from, target, offset, got);
        } else {
            got = readAt(position, target, offset, length);
        }
        if (got > 0) {
            position += got;
        }
        return got;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = Math.max(0, Math.min(count, size() - position));
        position += skipped;
        return skipped;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, size() - position));
    }

    @Override
    public void readFully(long from, byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        int done = 0;
        while (done < length) {
            int got = readAt(from + done, target, offset + done, length - done);
            if (got < 0) {
                throw new EOFException("Cannot read file %s: it ends early, expected %d bytes at %d, found %d"
                        .formatted(location, length, from, done));
            }
            done += got;
        }
    }

    @Override
    public int readTail(byte[] target, int offset, int length) throws IOException {
        long size = size();
        int tail = (int) Math.min(length, size);
        readFully(size - tail, target, offset, tail);
        return tail;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        buffered = 0;
    }

    private boolean inBuffer() {
        return position >= bufferStart && position < bufferStart + buffered;
    }

    private boolean fill() throws IOException {
        buffered = Math.max(0, readAt(position, buffer, 0, BUFFER_BYTES));
        bufferStart = position;
        return buffered > 0;
    }

    private int readAt(long from, byte[] target, int offset, int length) throws IOException {
        try {
            return channel.read(ByteBuffer.wrap(target, offset, Math.min(length, LARGEST_READ)), from);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private long size() throws IOException {
        try {
            return channel.size();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private IOException failed(IOException e) {
        return new IOException("Cannot read file %s: %s".formatted(location, LocalFileIO.reason(e)), e);
    }
}
