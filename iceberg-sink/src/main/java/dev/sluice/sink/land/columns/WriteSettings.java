package dev.sluice.sink.land.columns;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.util.PropertyUtil;

/**
 * How the files of a table are to be written, by the table's own properties.
 *
 * @param rowGroupBytes size at which a row group ends
 * @param pageBytes size at which a column's page ends, before encoding
 * @param pageRows rows at which it ends
 * @param dictionaryBytes largest dictionary of a column, bytes
 * @param level of Zstandard
 * @param metrics which bounds and counts the table keeps
 * @param dictionaries what the table says about the dictionary of a column, by the column's full name
 */
public record WriteSettings(
        long rowGroupBytes,
        int pageBytes,
        int pageRows,
        int dictionaryBytes,
        int level,
        MetricsConfig metrics,
        Map<String, Boolean> dictionaries) {
    private static final String PREFIX = "write.parquet.";
    private static final String PAGE_VERSION = "write.parquet.page-version";
    /** On ids and hashes, most of what is landed, level 3 takes longer and makes larger pages. */
    private static final int DEFAULT_LEVEL = 1;

    private static final Set<String> KNOWN = Set.of(
            TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
            TableProperties.PARQUET_PAGE_SIZE_BYTES,
            TableProperties.PARQUET_PAGE_ROW_LIMIT,
            TableProperties.PARQUET_DICT_SIZE_BYTES,
            TableProperties.PARQUET_COMPRESSION,
            TableProperties.PARQUET_COMPRESSION_LEVEL,
            TableProperties.PARQUET_ROW_GROUP_CHECK_MIN_RECORD_COUNT,
            TableProperties.PARQUET_ROW_GROUP_CHECK_MAX_RECORD_COUNT,
            PAGE_VERSION);

    public WriteSettings {
        dictionaries = Map.copyOf(dictionaries);
    }

    /** The properties of a table that ask for something which {@link ColumnFile} does not do. */
    public static Set<String> unknown(Table table) {
        Set<String> unknown = new TreeSet<>();
        table.properties().forEach((key, value) -> {
            boolean known = KNOWN.contains(key)
                    || key.startsWith(TableProperties.PARQUET_DICT_ENCODING_ENABLED_COLUMN_PREFIX)
                    || !key.startsWith(PREFIX);
            boolean done = switch (key) {
                case TableProperties.PARQUET_COMPRESSION -> value.equalsIgnoreCase("zstd");
                case PAGE_VERSION -> value.equalsIgnoreCase("v1");
                default -> known;
            };
            if (!done) {
                unknown.add(key);
            }
        });
        return unknown;
    }

    /** Those of a table without {@link #unknown} ones. */
    public static WriteSettings of(Table table) {
        Map<String, String> all = table.properties();
        Map<String, Boolean> dictionaries = new HashMap<>();
        all.forEach((key, value) -> {
            if (key.startsWith(TableProperties.PARQUET_DICT_ENCODING_ENABLED_COLUMN_PREFIX)) {
                dictionaries.put(
                        key.substring(TableProperties.PARQUET_DICT_ENCODING_ENABLED_COLUMN_PREFIX.length()),
                        Boolean.parseBoolean(value));
            }
        });
        return new WriteSettings(
                PropertyUtil.propertyAsLong(
                        all,
                        TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
                        TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES_DEFAULT),
                PropertyUtil.propertyAsInt(
                        all, TableProperties.PARQUET_PAGE_SIZE_BYTES, TableProperties.PARQUET_PAGE_SIZE_BYTES_DEFAULT),
                PropertyUtil.propertyAsInt(
                        all, TableProperties.PARQUET_PAGE_ROW_LIMIT, TableProperties.PARQUET_PAGE_ROW_LIMIT_DEFAULT),
                PropertyUtil.propertyAsInt(
                        all, TableProperties.PARQUET_DICT_SIZE_BYTES, TableProperties.PARQUET_DICT_SIZE_BYTES_DEFAULT),
                PropertyUtil.propertyAsInt(all, TableProperties.PARQUET_COMPRESSION_LEVEL, DEFAULT_LEVEL),
                MetricsConfig.forTable(table),
                dictionaries);
    }
}
