package dev.sluice.sink.maintenance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionStatisticsFile;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StatisticsFile;
import org.apache.iceberg.Table;

/** Every file that a table refers to, from any snapshot that it still has. */
final class ReachableFiles {
    private final Table table;
    private final Set<FileKey> files = new HashSet<>();
    private final Set<String> manifests = new HashSet<>();

    private ReachableFiles(Table table) {
        this.table = table;
    }

    static Set<FileKey> of(Table table) {
        ReachableFiles reachable = new ReachableFiles(table);
        ReachableFileUtil.metadataFileLocations(table, false).forEach(reachable::add);
        reachable.add(ReachableFileUtil.versionHintLocation(table));
        for (StatisticsFile statistics : table.statisticsFiles()) {
            reachable.add(statistics.path());
        }
        for (PartitionStatisticsFile statistics : table.partitionStatisticsFiles()) {
            reachable.add(statistics.path());
        }
        table.snapshots().forEach(reachable::add);
        return reachable.files;
    }

    private void add(String location) {
        files.add(FileKey.of(location));
    }

    private void add(Snapshot snapshot) {
        if (snapshot.manifestListLocation() != null) {
            add(snapshot.manifestListLocation());
        }
        for (ManifestFile manifest : snapshot.allManifests(table.io())) {
            if (manifests.add(manifest.path())) {
                add(manifest.path());
                add(manifest);
            }
        }
    }

    private void add(ManifestFile manifest) {
        try (ManifestReader<? extends ContentFile<?>> reader = manifest.content() == ManifestContent.DATA
                ? ManifestFiles.read(manifest, table.io(), table.specs())
                : ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
            for (ContentFile<?> file : reader) {
                add(file.location());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
