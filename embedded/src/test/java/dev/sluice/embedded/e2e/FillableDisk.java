package dev.sluice.embedded.e2e;

import dev.sluice.sink.table.LocalFileIO;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** The local disk, which can be filled up: then every write fails as it does there. Iceberg makes it by its name. */
public final class FillableDisk implements FileIO {
    private static final AtomicBoolean FULL = new AtomicBoolean();
    private static final AtomicInteger REFUSED = new AtomicInteger();

    private final LocalFileIO disk = new LocalFileIO();

    /** As if the last block was taken. */
    static void fill() {
        FULL.set(true);
    }

    static void free() {
        FULL.set(false);
    }

    /** How many writes failed so far. */
    static int refused() {
        return REFUSED.get();
    }

    @Override
    public void initialize(Map<String, String> properties) {
        disk.initialize(properties);
    }

    @Override
    public Map<String, String> properties() {
        return disk.properties();
    }

    @Override
    public InputFile newInputFile(String path) {
        return disk.newInputFile(path);
    }

    @Override
    public void deleteFile(String path) {
        disk.deleteFile(path);
    }

    @Override
    public OutputFile newOutputFile(String path) {
        OutputFile file = disk.newOutputFile(path);
        return new OutputFile() {
            @Override
            public PositionOutputStream create() {
                return new Stream(file.create());
            }

            @Override
            public PositionOutputStream createOrOverwrite() {
                return new Stream(file.createOrOverwrite());
            }

            @Override
            public String location() {
                return file.location();
            }

            @Override
            public InputFile toInputFile() {
                return file.toInputFile();
            }
        };
    }

    private static final class Stream extends PositionOutputStream {
        private final PositionOutputStream stream;

        Stream(PositionOutputStream stream) {
            this.stream = stream;
        }

        @Override
        public long getPos() throws IOException {
            return stream.getPos();
        }

        @Override
        public void write(int value) throws IOException {
            refuseWhenFull();
            stream.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            refuseWhenFull();
            stream.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            stream.flush();
        }

        @Override
        public void close() {
            try {
                stream.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void refuseWhenFull() throws IOException {
            if (FULL.get()) {
                REFUSED.incrementAndGet();
                throw new IOException("No space left on device");
            }
        }
    }
}
