package dev.sluice.sink.table;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.jspecify.annotations.Nullable;

/** A file of a table, to be read. A missing one is Iceberg's {@link NotFoundException}, which callers look for. */
final class LocalInputFile implements InputFile {
    private final LocalLocation location;
    private final @Nullable Long knownLength;

    LocalInputFile(LocalLocation location, @Nullable Long knownLength) {
        this.location = location;
        this.knownLength = knownLength;
    }

    @Override
    public long getLength() {
        if (knownLength != null) {
            return knownLength;
        }
        try {
            return Files.size(location.path());
        } catch (NoSuchFileException e) {
            throw missing(e);
        } catch (IOException e) {
            throw LocalFileIO.failed("read file", location.text(), e);
        }
    }

    @Override
    public SeekableInputStream newStream() {
        try {
            return new LocalInputStream(location.text(), FileChannel.open(location.path(), StandardOpenOption.READ));
        } catch (NoSuchFileException e) {
            throw missing(e);
        } catch (IOException e) {
            throw LocalFileIO.failed("read file", location.text(), e);
        }
    }

    @Override
    public String location() {
        return location.text();
    }

    @Override
    public boolean exists() {
        return Files.isRegularFile(location.path());
    }

    @Override
    public String toString() {
        return location.text();
    }

    private NotFoundException missing(NoSuchFileException cause) {
        return new NotFoundException(cause, "Cannot read file %s: it does not exist", location.text());
    }
}
