package dev.sluice.sink.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/** Looks for data files in a table's folder that no snapshot refers to. Young ones may be on their way to a commit. */
public final class UnreferencedFiles implements ModelTableAudit.TableCheck {
    private static final String PROMISE = "Nothing unreferenced beyond the age limit";

    private final Duration limit;
    private final Instant now;

    public UnreferencedFiles(Duration limit, Instant now) {
        this.limit = limit;
        this.now = now;
    }

    @Override
    public AuditLine check(String subject, Table table) {
        if (!(table.io() instanceof SupportsPrefixOperations storage)) {
            return AuditLine.note(PROMISE, subject, "not looked for, since the storage cannot list files", 0);
        }
        List<String> old = new ArrayList<>();
        Set<String> referenced = referenced(table);
        for (FileInfo file : storage.listPrefix(table.location() + "/data")) {
            boolean aged =
                    Instant.ofEpochMilli(file.createdAtMillis()).plus(limit).isBefore(now);
            if (aged && !referenced.contains(plain(file.location()))) {
                old.add(file.location());
            }
        }
        return AuditLine.equal(
                PROMISE,
                subject,
                "files older than %d h that no snapshot refers to = 0".formatted(limit.toHours()),
                0,
                old.size(),
                "sluice maintain orphans sweeps them: " + String.join("; ", old.subList(0, Math.min(3, old.size()))));
    }

    private static Set<String> referenced(Table table) {
        Set<String> files = new HashSet<>();
        Set<String> manifests = new HashSet<>();
        for (Snapshot snapshot : table.snapshots()) {
            for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                if (manifests.add(manifest.path())) {
                    read(table, manifest, files);
                }
            }
        }
        return files;
    }

    private static void read(Table table, ManifestFile manifest, Set<String> files) {
        try (ManifestReader<?> reader = manifest.content() == org.apache.iceberg.ManifestContent.DATA
                ? ManifestFiles.read(manifest, table.io(), table.specs())
                : ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
            reader.forEach(file -> files.add(plain(file.location())));
        } catch (IOException e) {
            throw new UncheckedIOException("[" + table.name() + "] Cannot read a manifest", e);
        }
    }

    /** Local files are named with and without a scheme. */
    private static String plain(String location) {
        return location.startsWith("file:")
                ? location.substring("file:".length()).replaceFirst("^/+", "/")
                : location;
    }
}
