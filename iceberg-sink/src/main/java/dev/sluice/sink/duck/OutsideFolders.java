package dev.sluice.sink.duck;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** A run needs folders that its session may not look into. */
final class OutsideFolders extends SQLException {
    private static final long serialVersionUID = 1;

    private final transient Set<Path> folders;

    private OutsideFolders(Set<Path> folders) {
        super("Folders " + folders + " are outside those of the session");
        this.folders = folders;
    }

    static void check(Collection<Path> wanted, Set<Path> allowed) throws OutsideFolders {
        Set<Path> outside = outside(wanted, allowed);
        if (!outside.isEmpty()) {
            throw new OutsideFolders(outside);
        }
    }

    /** The wanted folders that are in none of the allowed ones. */
    static Set<Path> outside(Collection<Path> wanted, Set<Path> allowed) {
        return wanted.stream()
                .map(folder -> folder.toAbsolutePath().normalize())
                .filter(folder -> allowed.stream().noneMatch(folder::startsWith))
                .collect(Collectors.toSet());
    }

    Set<Path> folders() {
        return folders;
    }
}
