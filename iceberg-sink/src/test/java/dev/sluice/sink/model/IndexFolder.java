package dev.sluice.sink.model;

import dev.sluice.sink.merge.KeyIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of a key index, to be deleted, copied, restored and damaged. */
record IndexFolder(Path path) {
    /** Of a model of a {@link Lake} in a folder. */
    static IndexFolder of(Path lake, String model) {
        return new IndexFolder(KeyIndex.folder(lake.resolve("work/index"), model));
    }

    List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.toList();
        }
    }

    void delete() throws IOException {
        for (Path file : files()) {
            Files.delete(file);
        }
    }

    /** Makes a copy; what was there goes. */
    IndexFolder copyTo(Path other) throws IOException {
        IndexFolder copy = new IndexFolder(Files.createDirectories(other));
        copy.delete();
        for (Path file : files()) {
            Files.copy(file, other.resolve(file.getFileName()));
        }
        return copy;
    }

    /** Changes every eighth byte of each file whose name begins so. */
    void damage(String prefix) throws IOException {
        for (Path file : files()) {
            if (String.valueOf(file.getFileName()).startsWith(prefix)) {
                byte[] bytes = Files.readAllBytes(file);
                for (int i = 0; i < bytes.length; i += 8) {
                    bytes[i] ^= 1;
                }
                Files.write(file, bytes);
            }
        }
    }
}
