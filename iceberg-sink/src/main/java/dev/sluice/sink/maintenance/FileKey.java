package dev.sluice.sink.maintenance;

import dev.sluice.sink.duck.LocalFiles;
import java.nio.file.Path;

/** A location without what differs between two ways of writing the same place. */
record FileKey(String text) {
    private static final String AUTHORITY = "://";

    static FileKey of(String location) {
        return new FileKey(LocalFiles.local(location)
                .map(Path::normalize)
                .map(Path::toString)
                .orElseGet(() -> {
                    int scheme = location.indexOf(AUTHORITY);
                    return scheme < 0 ? location : location.substring(scheme + AUTHORITY.length());
                }));
    }

    boolean isBelow(FileKey folder) {
        return text.startsWith(folder.text.endsWith("/") ? folder.text : folder.text + "/");
    }
}
