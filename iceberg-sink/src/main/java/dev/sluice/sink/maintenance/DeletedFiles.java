package dev.sluice.sink.maintenance;

import java.util.Collection;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes files that nothing refers to. One that cannot be deleted now is an orphan, and swept another time. */
final class DeletedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(DeletedFiles.class);

    private DeletedFiles() {}

    /** How many were deleted. */
    static int delete(FileIO io, String table, Collection<String> locations) {
        if (io instanceof SupportsBulkOperations bulk) {
            try {
                bulk.deleteFiles(locations);
                return locations.size();
            } catch (BulkDeletionFailureException e) {
                LOG.warn("Some files could not be deleted: table={}, files={}", table, e.numberFailedObjects());
                return locations.size() - e.numberFailedObjects();
            }
        }
        int deleted = 0;
        for (String location : locations) {
            try {
                io.deleteFile(location);
                deleted++;
            } catch (RuntimeException e) {
                LOG.warn("A file could not be deleted: table={}, file={}", table, location, e);
            }
        }
        return deleted;
    }
}
