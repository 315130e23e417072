package dev.sluice.sink.table;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.DelegateFileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Iceberg's file access for {@code file:} locations and absolute paths, without Hadoop. A file that was closed is on
 * the disk (fsync), a file is never overwritten by {@code create()}, and every failure names the file. Chosen by the
 * catalog property {@code io-impl=dev.sluice.sink.table.LocalFileIO}.
 */
public final class LocalFileIO implements DelegateFileIO {
    private static final Logger LOG = LoggerFactory.getLogger(LocalFileIO.class);

    private Map<String, String> properties = Map.of();

    @Override
    public void initialize(Map<String, String> catalogProperties) {
        properties = Map.copyOf(catalogProperties);
    }

    @Override
    public Map<String, String> properties() {
        return properties;
    }

    @Override
    public InputFile newInputFile(String location) {
        return new LocalInputFile(LocalLocation.parse(location), null);
    }

    /** The length is taken on trust, which saves a look at the disk; a wrong one shows as an unexpected end of file. */
    @Override
    public InputFile newInputFile(String location, long length) {
        return new LocalInputFile(LocalLocation.parse(location), length);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return new LocalOutputFile(LocalLocation.parse(location));
    }

    /** Deletes a file; one that is already gone is not an error, so that a cleanup can be run twice. */
    @Override
    public void deleteFile(String location) {
        Path path = LocalLocation.parse(location).path();
        try {
            if (Files.isDirectory(path)) {
                throw new SluiceException(
                        ErrorCode.STORAGE_FAILED,
                        "Cannot delete file %s: wrong kind, expected a file, found a folder".formatted(location));
            }
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw failed("delete file", location, e);
        }
    }

    /** Tries every file before it reports how many could not be deleted. */
    @Override
    public void deleteFiles(Iterable<String> locations) {
        int failures = 0;
        for (String location : locations) {
            try {
                deleteFile(location);
            } catch (SluiceException e) {
                failures++;
                LOG.warn("A file could not be deleted file={}", location, e);
            }
        }
        if (failures > 0) {
            throw new BulkDeletionFailureException(failures);
        }
    }

    /**
     * Every file below a folder, as in Hadoop's file systems and unlike an object store's: {@code /a/t} does not cover
     * {@code /a/t2}. A folder that is not there gives an empty list. Locations come back in the style of the prefix.
     */
    @Override
    public Iterable<FileInfo> listPrefix(String prefix) {
        LocalLocation folder = LocalLocation.parse(prefix);
        List<FileInfo> found = new ArrayList<>();
        walk(
                folder,
                (file, attributes) -> found.add(new FileInfo(
                        folder.child(file),
                        attributes.size(),
                        attributes.lastModifiedTime().toMillis())));
        return found;
    }

    /** Deletes a folder and all that is in it. */
    @Override
    public void deletePrefix(String prefix) {
        LocalLocation folder = LocalLocation.parse(prefix);
        walk(folder, (file, attributes) -> Files.deleteIfExists(file));
        deleteFolders(folder);
    }

    private static void walk(LocalLocation folder, FileAction action) {
        if (!Files.isDirectory(folder.path())) {
            return;
        }
        try {
            Files.walkFileTree(folder.path(), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    action.on(file, attributes);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                    return goneMeanwhile(failure);
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure) throws IOException {
                    return failure == null ? FileVisitResult.CONTINUE : goneMeanwhile(failure);
                }
            });
        } catch (IOException e) {
            throw failed("walk folder", folder.text(), e);
        }
    }

    private static void deleteFolders(LocalLocation folder) {
        if (!Files.isDirectory(folder.path())) {
            return;
        }
        try {
            Files.walkFileTree(folder.path(), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure) throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    Files.deleteIfExists(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw failed("delete folder", folder.text(), e);
        }
    }

    /** Another process may delete while we walk: what is gone is not there to be listed. */
    private static FileVisitResult goneMeanwhile(IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw failure;
    }

    static SluiceException failed(String action, String location, IOException cause) {
        return new SluiceException(
                ErrorCode.STORAGE_FAILED, "Cannot %s %s: %s".formatted(action, location, reason(cause)), cause);
    }

    /** What the system said, without the path that Java's file exceptions repeat. */
    static String reason(IOException cause) {
        if (cause instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        String message = cause.getMessage();
        return cause.getClass().getSimpleName() + (message == null ? "" : " " + message);
    }

    /** What to do with a file that a walk came by. */
    private interface FileAction {
        void on(Path file, BasicFileAttributes attributes) throws IOException;
    }
}
