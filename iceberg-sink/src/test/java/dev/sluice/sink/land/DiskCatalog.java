package dev.sluice.sink.land;

import java.io.IOException;
import java.util.Map;
import java.util.TreeSet;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** An in-memory catalog whose tables' data files are counted, and whose disk can fill up. */
final class DiskCatalog extends InMemoryCatalog {
    /** Data files that were created and not deleted. */
    final TreeSet<String> dataFiles = new TreeSet<>();

    /** Bytes that still fit. */
    long space = Long.MAX_VALUE;

    DiskCatalog() {
        initialize("disk", Map.of());
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier identifier) {
        TableOperations delegate = super.newTableOps(identifier);
        return new TableOperations() {
            @Override
            public TableMetadata current() {
                return delegate.current();
            }

            @Override
            public TableMetadata refresh() {
                return delegate.refresh();
            }

            @Override
            public void commit(TableMetadata base, TableMetadata metadata) {
                delegate.commit(base, metadata);
            }

            @Override
            public FileIO io() {
                return new Disk();
            }

            @Override
            public String metadataFileLocation(String fileName) {
                return delegate.metadataFileLocation(fileName);
            }

            @Override
            public LocationProvider locationProvider() {
                return delegate.locationProvider();
            }
        };
    }

    private final class Disk implements FileIO {
        private final InMemoryFileIO memory = new InMemoryFileIO();

        @Override
        public InputFile newInputFile(String path) {
            return memory.newInputFile(path);
        }

        @Override
        public OutputFile newOutputFile(String path) {
            OutputFile file = memory.newOutputFile(path);
            return new OutputFile() {
                @Override
                public PositionOutputStream create() {
                    if (path.endsWith(".parquet")) {
                        dataFiles.add(path);
                    }
                    return new Stream(file.create());
                }

                @Override
                public PositionOutputStream createOrOverwrite() {
                    return create();
                }

                @Override
                public String location() {
                    return path;
                }

                @Override
                public InputFile toInputFile() {
                    return file.toInputFile();
                }
            };
        }

        @Override
        public void deleteFile(String path) {
            dataFiles.remove(path);
            if (memory.fileExists(path)) {
                memory.deleteFile(path);
            }
        }
    }

    private final class Stream extends PositionOutputStream {
        private final PositionOutputStream out;

        Stream(PositionOutputStream out) {
            this.out = out;
        }

        @Override
        public long getPos() throws IOException {
            return out.getPos();
        }

        @Override
        public void write(int b) throws IOException {
            if (--space < 0) {
                throw new IOException("No space left on device");
            }
            out.write(b);
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
