package dev.sluice.sink.table;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** A file of a table, to be written; the folders above it are made when it is. */
final class LocalOutputFile implements OutputFile {
    private final LocalLocation location;

    LocalOutputFile(LocalLocation location) {
        this.location = location;
    }

    @Override
    public PositionOutputStream create() {
        return open(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
        return open(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    @Override
    public String location() {
        return location.text();
    }

    @Override
    public InputFile toInputFile() {
        return new LocalInputFile(location, null);
    }

    @Override
    public String toString() {
        return location.text();
    }

    private PositionOutputStream open(OpenOption... options) {
        makeFolder();
        try {
            return new LocalOutputStream(location.text(), FileChannel.open(location.path(), options));
        } catch (FileAlreadyExistsException e) {
            throw new AlreadyExistsException(e, "Cannot create file %s: it exists already", location.text());
        } catch (IOException e) {
            throw LocalFileIO.failed("create file", location.text(), e);
        }
    }

    private void makeFolder() {
        try {
            Path parent = location.path().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
        } catch (IOException e) {
            throw LocalFileIO.failed("create file", location.text(), e);
        }
    }
}
