package dev.sluice.sink.backfill;

import dev.sluice.sink.table.LocalFileIO;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.BaseMetastoreCatalog;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFile;
import org.jspecify.annotations.Nullable;

/**
 * A catalog in which something can be tried without anybody seeing it: tables are as the real catalog has them when
 * they are first asked for, and commits to them stay in memory. What is written goes into a local folder; nothing
 * outside of it is written or deleted. Throw it away with its folder.
 */
public final class Rehearsal extends BaseMetastoreCatalog {
    private final Catalog real;
    private final FileIO storage;
    private final Path folder;
    private final Map<TableIdentifier, Operations> tables = new ConcurrentHashMap<>();

    /**
     * @param storage reads the files of the real tables
     * @param folder for what is written
     */
    public Rehearsal(Catalog real, FileIO storage, Path folder) {
        this.real = real;
        this.storage = storage;
        this.folder = folder;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier identifier) {
        return tables.computeIfAbsent(identifier, this::open);
    }

    private Operations open(TableIdentifier identifier) {
        try {
            if (real.loadTable(identifier) instanceof HasTableOperations table) {
                TableOperations operations = table.operations();
                return new Operations(identifier, operations.current(), operations.io());
            }
            throw new IllegalStateException("Not a table with metadata: " + identifier);
        } catch (NoSuchTableException e) {
            return new Operations(identifier, null, storage);
        }
    }

    @Override
    protected String defaultWarehouseLocation(TableIdentifier identifier) {
        return place(identifier);
    }

    private String place(TableIdentifier identifier) {
        return folder.toAbsolutePath().resolve(identifier.toString()).toString();
    }

    @Override
    public List<TableIdentifier> listTables(Namespace namespace) {
        return real.listTables(namespace);
    }

    @Override
    public boolean dropTable(TableIdentifier identifier, boolean purge) {
        throw new UnsupportedOperationException("A rehearsal drops no table");
    }

    @Override
    public void renameTable(TableIdentifier from, TableIdentifier to) {
        throw new UnsupportedOperationException("A rehearsal renames no table");
    }

    private final class Operations implements TableOperations {
        private final String place;
        private final FileIO io;
        private @Nullable TableMetadata current;

        Operations(TableIdentifier identifier, @Nullable TableMetadata current, FileIO real) {
            this.place = place(identifier);
            this.current = current;
            this.io = new SplitIO(folder.toAbsolutePath().toString(), real);
        }

        @Override
        @SuppressWarnings("NullAway") // Iceberg's answer for a table that is not there is null.
        public synchronized TableMetadata current() {
            return current;
        }

        @Override
        public TableMetadata refresh() {
            return current();
        }

        @Override
        public synchronized void commit(TableMetadata base, TableMetadata metadata) {
            if (base != current) {
                throw new CommitFailedException("The rehearsed table has changed");
            }
            current = metadata;
        }

        @Override
        public FileIO io() {
            return io;
        }

        @Override
        public String metadataFileLocation(String fileName) {
            return place + "/metadata/" + fileName;
        }

        @Override
        public LocationProvider locationProvider() {
            return LocationProviders.locationsFor(place, Map.of());
        }
    }

    /** Reads from the real storage, writes to the folder. */
    private static final class SplitIO implements FileIO {
        private static final long serialVersionUID = 1L;

        private final String folder;
        private final transient FileIO real;
        private final transient FileIO local = new LocalFileIO();

        SplitIO(String folder, FileIO real) {
            this.folder = folder;
            this.real = real;
        }

        private boolean isOurs(String location) {
            return location.startsWith(folder);
        }

        @Override
        public InputFile newInputFile(String location) {
            return (isOurs(location) ? local : real).newInputFile(location);
        }

        @Override
        public InputFile newInputFile(String location, long length) {
            return (isOurs(location) ? local : real).newInputFile(location, length);
        }

        @Override
        public OutputFile newOutputFile(String location) {
            if (!isOurs(location)) {
                throw new IllegalStateException("A rehearsal writes to its folder only: " + location);
            }
            return local.newOutputFile(location);
        }

        @Override
        public void deleteFile(String location) {
            if (isOurs(location)) {
                local.deleteFile(location);
            }
        }
    }
}
