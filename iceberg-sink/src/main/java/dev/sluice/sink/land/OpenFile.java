package dev.sluice.sink.land;

import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.parquet.InternalWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Parquet data file that is being written. Every failure names the file. */
final class OpenFile {
    private static final Logger LOG = LoggerFactory.getLogger(OpenFile.class);

    /** Asking a Parquet writer for its size walks all columns, so it is not done for every row. */
    private static final int ROWS_BETWEEN_SIZE_CHECKS = 100;

    private final Table table;
    private final Schema schema;
    private final String location;
    private final DictionaryMemory memory;
    private final DictionaryMemory.Choice choice;
    private final DataWriter<StructLike> writer;
    private long rows;

    OpenFile(Table table, Schema schema, RecordPosition first, DictionaryMemory memory) {
        this.table = table;
        this.schema = schema;
        this.memory = memory;
        this.choice = memory.next();
        this.location = DataFileNames.location(table, first);
        try {
            this.writer = Parquet.writeData(
                            table.encryption().encrypt(table.io().newOutputFile(location)))
                    .forTable(table)
                    .schema(schema)
                    .setAll(withoutDictionary())
                    .withSpec(PartitionSpec.unpartitioned())
                    .createWriterFunc(InternalWriter::createWriter)
                    .build();
        } catch (IOException | RuntimeException e) {
            forget();
            throw failed("open", e);
        }
    }

    /** The settings that leave the dictionary out, but for columns about which the table itself says something. */
    private Map<String, String> withoutDictionary() {
        Map<String, String> settings = new HashMap<>();
        for (String column : choice.plainColumns()) {
            String key = TableProperties.PARQUET_DICT_ENCODING_ENABLED_COLUMN_PREFIX + column;
            if (!table.properties().containsKey(key)) {
                settings.put(key, "false");
            }
        }
        return settings;
    }

    String location() {
        return location;
    }

    Schema schema() {
        return schema;
    }

    void write(StructLike row) {
        try {
            writer.write(row);
            rows++;
        } catch (RuntimeException e) {
            throw failed("write", e);
        }
    }

    /** Whether the file has reached this size, bytes; looked at once per hundred rows. */
    boolean reached(long targetBytes) {
        return rows % ROWS_BETWEEN_SIZE_CHECKS == 0 && writer.length() >= targetBytes;
    }

    DataFile close() {
        try {
            writer.close();
            DataFile closed = writer.toDataFile();
            learn();
            return closed;
        } catch (IOException | RuntimeException e) {
            forget();
            throw failed("close", e);
        }
    }

    /** What a file tells of its dictionaries is worth having, but not worth failing for. */
    private void learn() {
        memory.closed(rows);
        if (!choice.lesson()) {
            return;
        }
        try {
            memory.learned(rows, DictionaryUse.without(table.io().newInputFile(location), schema));
        } catch (IOException | RuntimeException e) {
            memory.missed();
            LOG.atDebug().setCause(e).addKeyValue("file", location).log("cannot read back a footer");
        }
    }

    private void forget() {
        if (choice.lesson()) {
            memory.missed();
        }
    }

    /** Frees the writer after a failure; whatever it says now is not news. */
    @SuppressWarnings("EmptyCatch")
    void discard() {
        try {
            forget();
            writer.close();
        } catch (IOException | RuntimeException ignored) {
            // The file is about to be deleted.
        }
    }

    private SluiceException failed(String verb, Exception cause) {
        return DataFileNames.failed(table, verb, location, cause);
    }
}
