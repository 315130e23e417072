package dev.sluice.sink.land;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.parquet.column.EncodingStats;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** Reads from a Parquet footer which columns gave their dictionary up. */
final class DictionaryUse {
    private DictionaryUse() {}

    /** Full names of the columns that have pages without a dictionary. */
    static Set<String> without(org.apache.iceberg.io.InputFile file, Schema schema) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(new Adapted(file))) {
            return without(reader.getFooter(), schema);
        }
    }

    private static Set<String> without(ParquetMetadata footer, Schema schema) {
        Set<String> without = new HashSet<>();
        for (BlockMetaData block : footer.getBlocks()) {
            for (ColumnChunkMetaData column : block.getColumns()) {
                EncodingStats pages = column.getEncodingStats();
                org.apache.parquet.schema.Type.ID id = column.getPrimitiveType().getId();
                String name = id == null ? null : schema.findColumnName(id.intValue());
                if (name != null && pages != null && pages.hasNonDictionaryEncodedPages()) {
                    without.add(name);
                }
            }
        }
        return without;
    }

    /** Iceberg's file as Parquet wants to see it. */
    private record Adapted(org.apache.iceberg.io.InputFile file) implements InputFile {
        @Override
        public long getLength() {
            return file.getLength();
        }

        @Override
        public SeekableInputStream newStream() {
            org.apache.iceberg.io.SeekableInputStream in = file.newStream();
            return new DelegatingSeekableInputStream(in) {
                @Override
                public long getPos() throws IOException {
                    return in.getPos();
                }

                @Override
                public void seek(long position) throws IOException {
                    in.seek(position);
                }
            };
        }
    }
}
