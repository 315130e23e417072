package dev.sluice.sink.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.Objects;
import org.apache.iceberg.io.PositionOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes a file through a buffer. Once {@link #close} returned, the bytes are on the disk, not only in its cache. */
final class LocalOutputStream extends PositionOutputStream {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int LARGEST_WRITE = 1024 * 1024;

    private final String location;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long position;
    private @Nullable IOException broken;

    LocalOutputStream(String location, FileChannel channel) {
        this.location = location;
        this.channel = channel;
    }

    @Override
    public long getPos() {
        return position;
    }

    @Override
    public void write(int value) throws IOException {
        ensureOpen();
        if (!buffer.hasRemaining()) {
            drain();
        }
        buffer.put((byte) value);
        position++;
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        ensureOpen();
        if (length > buffer.remaining()) {
            drain();
        }
        if (length > buffer.capacity()) {
            writeOut(ByteBuffer.wrap(source, offset, length));
        } else {
            buffer.put(source, offset, length);
        }
        position += length;
    }

    @Override
    public void flush() throws IOException {
        ensureOpen();
        drain();
    }

    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        try (channel) {
            // A file that lacks bytes must never pass for a closed one, also when the writer lost the first failure.
            if (broken != null) {
                throw broken;
            }
            drain();
            channel.force(false);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void ensureOpen() throws IOException {
        if (!channel.isOpen()) {
            throw failed(new ClosedChannelException());
        }
    }

    private void drain() throws IOException {
        writeOut(buffer.flip());
        buffer.clear();
    }

    /** In bounded pieces: Java copies each through a native buffer of its size and keeps that with the thread. */
    private void writeOut(ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        try {
            while (bytes.position() < end) {
                bytes.limit(Math.min(end, bytes.position() + LARGEST_WRITE));
                channel.write(bytes);
            }
        } catch (IOException e) {
            broken = failed(e);
            throw broken;
        }
    }

    private IOException failed(IOException e) {
        if (e instanceof FileWriteException) {
            return e;
        }
        return new FileWriteException(location, e);
    }

    /** A write that failed, said with the name of the file. */
    private static final class FileWriteException extends IOException {
        FileWriteException(String location, IOException cause) {
            super("Cannot write file %s: %s".formatted(location, LocalFileIO.reason(cause)), cause);
        }
    }
}
