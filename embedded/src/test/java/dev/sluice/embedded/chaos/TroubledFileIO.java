package dev.sluice.embedded.chaos;

import dev.sluice.sink.table.LocalFileIO;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** A disk that is full while the file {@link #FULL} is there, and slow while {@link #SLOW} is. */
public final class TroubledFileIO implements FileIO {
    /** Catalog property: the folder in which the orders are. */
    static final String FOLDER = "troubled.folder";

    static final String FULL = "disk-is-full";
    static final String SLOW = "disk-is-slow";

    private static final Duration DELAY = Duration.ofMillis(400);
    private static final AtomicInteger SLOWED = new AtomicInteger();

    private final LocalFileIO disk = new LocalFileIO();
    private Map<String, String> properties = new HashMap<>();

    /** How many files were closed slowly. */
    static int slowed() {
        return SLOWED.get();
    }

    @Override
    public void initialize(Map<String, String> catalogProperties) {
        properties = Map.copyOf(catalogProperties);
        disk.initialize(catalogProperties);
    }

    @Override
    public Map<String, String> properties() {
        return properties;
    }

    @Override
    public InputFile newInputFile(String path) {
        return disk.newInputFile(path);
    }

    @Override
    public OutputFile newOutputFile(String path) {
        return new TroubledFile(disk.newOutputFile(path));
    }

    @Override
    public void deleteFile(String path) {
        disk.deleteFile(path);
    }

    private boolean is(String order) {
        return Files.exists(Path.of(properties.getOrDefault(FOLDER, "."), order));
    }

    private final class TroubledFile implements OutputFile {
        private final OutputFile file;

        private TroubledFile(OutputFile file) {
            this.file = file;
        }

        @Override
        public PositionOutputStream create() {
            return new TroubledStream(file.create(), file.location());
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return new TroubledStream(file.createOrOverwrite(), file.location());
        }

        @Override
        public String location() {
            return file.location();
        }

        @Override
        public InputFile toInputFile() {
            return file.toInputFile();
        }
    }

    private final class TroubledStream extends PositionOutputStream {
        private final PositionOutputStream stream;
        private final String location;

        private TroubledStream(PositionOutputStream stream, String location) {
            this.stream = stream;
            this.location = location;
        }

        @Override
        public long getPos() throws IOException {
            return stream.getPos();
        }

        @Override
        public void write(int value) throws IOException {
            refuse();
            stream.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            refuse();
            stream.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (is(SLOW)) {
                SLOWED.incrementAndGet();
                LockSupport.parkNanos(DELAY.toNanos());
            }
            try (stream) {
                refuse();
            }
        }

        private void refuse() throws IOException {
            if (is(FULL)) {
                throw new IOException("Cannot write file " + location + ": No space left on device");
            }
        }
    }
}
